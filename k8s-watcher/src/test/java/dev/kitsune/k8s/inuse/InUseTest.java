package dev.kitsune.k8s.inuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.k8s.inuse.InUse.Remedy;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InUseTest {
    private static final ObjectKey DEV = new ObjectKey(Kind.Environment, "", "dev");
    private static final ObjectKey MAIN = virtualEnvironment("shop", "main");
    private static final ObjectKey FIX = virtualEnvironment("shop", "fix");
    private static final ObjectKey NAMED_MAIN = virtualEnvironment("", "main");

    private final Map<String, ObjectKey> owners = new HashMap<>(Map.of("main", MAIN, "fix", FIX));
    private final InUse inUse = new InUse(this::owner);

    private static ObjectKey virtualEnvironment(String namespace, String name) {
        return new ObjectKey(Kind.VirtualEnvironment, namespace, name);
    }

    private @Nullable ObjectKey owner(VirtualEnvironmentName name) {
        return owners.get(name.value());
    }

    private Set<ObjectKey> living(ObjectKey key, boolean finalizer, ObjectKey... needs) {
        return inUse.put(key, false, finalizer, Set.of(needs));
    }

    private void deleted(ObjectKey key, ObjectKey... needs) {
        inUse.put(key, true, true, Set.of(needs));
    }

    @Test
    void anObjectHasTheFinalizerAsLongAsAnotherOneNeedsIt() {
        living(DEV, false);
        assertThat(inUse.remedy(DEV)).isEqualTo(Remedy.NOTHING);

        assertThat(living(MAIN, false, DEV)).contains(DEV, MAIN);
        assertThat(inUse.remedy(DEV)).isEqualTo(Remedy.SET);
        assertThat(inUse.remedy(MAIN)).isEqualTo(Remedy.NOTHING);

        living(DEV, true);
        assertThat(inUse.remedy(DEV)).isEqualTo(Remedy.NOTHING);

        assertThat(living(MAIN, false)).contains(DEV);
        assertThat(inUse.remedy(DEV)).isEqualTo(Remedy.REMOVE);
    }

    @Test
    void aDeletedObjectIsLetGoWhenTheLastOneThatNeedsItHasGone() {
        living(MAIN, false, DEV);
        deleted(DEV);
        assertThat(inUse.remedy(DEV)).isEqualTo(Remedy.NOTHING);
        assertThat(inUse.waiting(Kind.Environment)).containsExactly(DEV);

        assertThat(inUse.remove(MAIN)).contains(DEV);
        assertThat(inUse.remedy(DEV)).isEqualTo(Remedy.REMOVE_NOW);

        inUse.remove(DEV);
        assertThat(inUse.remedy(DEV)).isEqualTo(Remedy.NOTHING);
        assertThat(inUse.waiting(Kind.Environment)).isEmpty();
    }

    /** The API server would refuse it. */
    @Test
    void aDeletedObjectGetsNoFinalizer() {
        living(MAIN, false, DEV);
        inUse.put(DEV, true, false, Set.of());

        assertThat(inUse.remedy(DEV)).isEqualTo(Remedy.NOTHING);
    }

    @Test
    void deletedObjectsThatOnlyNeedEachOtherAreLetGo() {
        owners.put("a", virtualEnvironment("shop", "a"));
        owners.put("b", virtualEnvironment("shop", "b"));
        deleted(virtualEnvironment("shop", "a"), virtualEnvironment("", "b"));
        deleted(virtualEnvironment("shop", "b"), virtualEnvironment("", "a"));
        assertThat(inUse.remedy(virtualEnvironment("shop", "a"))).isEqualTo(Remedy.REMOVE_NOW);
        assertThat(inUse.remedy(virtualEnvironment("shop", "b"))).isEqualTo(Remedy.REMOVE_NOW);

        living(FIX, false, virtualEnvironment("", "a"));
        assertThat(inUse.remedy(virtualEnvironment("shop", "a"))).isEqualTo(Remedy.NOTHING);
        assertThat(inUse.remedy(virtualEnvironment("shop", "b")))
                .as("a needs it, and fix needs a")
                .isEqualTo(Remedy.NOTHING);
    }

    @Test
    void anObjectDoesNotKeepItself() {
        living(MAIN, false, NAMED_MAIN);
        assertThat(inUse.remedy(MAIN)).isEqualTo(Remedy.NOTHING);
    }

    /** Somebody else's mistake must be easy to delete. */
    @Test
    void ofTwoObjectsWithOneNameOnlyTheOneThatHasTheNameIsNeeded() {
        ObjectKey other = virtualEnvironment("other", "main");
        living(MAIN, false, DEV);
        living(other, false, DEV);

        assertThat(living(FIX, false, NAMED_MAIN)).contains(MAIN, other);
        assertThat(inUse.remedy(MAIN)).isEqualTo(Remedy.SET);
        assertThat(inUse.remedy(other)).isEqualTo(Remedy.NOTHING);

        owners.put("main", other);
        assertThat(inUse.remedy(other)).isEqualTo(Remedy.SET);
    }

    @Test
    void aNamespaceThatEndsKeepsNothing() {
        living(MAIN, true, DEV);
        living(virtualEnvironment("other", "child"), false, NAMED_MAIN);
        assertThat(inUse.remedy(MAIN)).isEqualTo(Remedy.NOTHING);

        assertThat(inUse.end("shop", true)).contains(MAIN).doesNotContain(DEV);
        assertThat(inUse.remedy(MAIN)).isEqualTo(Remedy.REMOVE_NOW);
        deleted(MAIN, DEV);
        assertThat(inUse.remedy(MAIN)).isEqualTo(Remedy.REMOVE_NOW);

        inUse.end("shop", false);
        assertThat(inUse.remedy(MAIN)).isEqualTo(Remedy.NOTHING);
    }

    @Test
    void aDefinitionThatEndsKeepsNothing() {
        living(MAIN, false, DEV);
        deleted(DEV);

        assertThat(inUse.end(Kind.Environment, true)).containsExactly(DEV);
        assertThat(inUse.isEnding(Kind.Environment)).isTrue();
        assertThat(inUse.remedy(DEV)).isEqualTo(Remedy.REMOVE_NOW);
        assertThat(inUse.end(Kind.Environment, true)).isEmpty();
    }
}
