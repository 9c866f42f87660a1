package dev.kitsune.k8s.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.k8s.state.RequestAnnotation.AnnotatedRequest;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.ReservedNames;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseRequest;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which object has a name, and in which version it is known. */
class ClaimedNamesTest {
    private static final VirtualEnvironmentName MAIN = new VirtualEnvironmentName("main");

    private final ClaimedNames claims = new ClaimedNames();

    private static ReleaseObject object(String namespace, int created, long revision) {
        return object(namespace, created, revision, AnnotatedRequest.NOTHING);
    }

    private static ReleaseObject object(String namespace, int created, long revision, AnnotatedRequest asked) {
        return new ReleaseObject(
                new ObjectKey(Kind.VirtualEnvironment, namespace, "main"),
                Instant.ofEpochSecond(created),
                namespace + created,
                revision,
                null,
                null,
                asked);
    }

    @Test
    void theFirstCreatedObjectHasTheName() {
        claims.put(object("a", 2, 20));
        claims.put(object("b", 1, 10));

        assertThat(claims.owner(MAIN)).isEqualTo(object("b", 1, 10));
        assertThat(claims.owners()).containsExactly(object("b", 1, 10));
    }

    @Test
    void namespaceDecidesBetweenObjectsOfOneSecond() {
        claims.put(object("b", 1, 10));
        claims.put(object("a", 1, 20));

        assertThat(claims.owner(MAIN)).isEqualTo(object("a", 1, 20));
    }

    @Test
    void aReservedNameIsOfItsNamespaceHoweverOldOthersAre() {
        claims.put(object("a", 1, 10));
        claims.put(object("b", 2, 20));

        assertThat(claims.reserve(new ReservedNames(Map.of(MAIN, "b")))).containsExactly(MAIN);
        assertThat(claims.owner(MAIN)).isEqualTo(object("b", 2, 20));
        assertThat(claims.owners()).containsExactly(object("b", 2, 20));

        claims.remove(object("b", 2, 20).key());
        assertThat(claims.owner(MAIN)).isNull();
        assertThat(claims.reserve(new ReservedNames(Map.of(MAIN, "b")))).isEmpty();

        assertThat(claims.reserve(ReservedNames.NONE)).containsExactly(MAIN);
        assertThat(claims.owner(MAIN)).isEqualTo(object("a", 1, 10));
    }

    @Test
    void onlyTheHolderOfAReservedNameAsks() {
        AnnotatedRequest back = new AnnotatedRequest(new ReleaseRequest.Back("1", MAIN, null), null);
        claims.put(object("a", 1, 10, back));

        claims.reserve(new ReservedNames(Map.of(MAIN, "b")));
        assertThat(claims.asking()).isEmpty();

        claims.reserve(ReservedNames.NONE);
        assertThat(claims.asking()).containsExactly(object("a", 1, 10, back));
    }

    @Test
    void theNextObjectHasTheNameOfADeletedOne() {
        claims.put(object("a", 1, 10));
        claims.put(object("b", 2, 20));
        claims.remove(object("a", 1, 10).key());

        assertThat(claims.owner(MAIN)).isEqualTo(object("b", 2, 20));
        claims.remove(object("b", 2, 20).key());
        assertThat(claims.owner(MAIN)).isNull();
    }

    @Test
    void aWatchThatIsLateChangesNothing() {
        claims.put(object("a", 1, 10));
        claims.refresh(object("a", 1, 12));
        claims.put(object("a", 1, 11));

        assertThat(claims.owner(MAIN)).isEqualTo(object("a", 1, 12));
    }

    @Test
    void anAnswerOfTheApiServerDoesNotBringADeletedObjectBack() {
        claims.refresh(object("a", 1, 12));

        assertThat(claims.owner(MAIN)).isNull();
    }

    @Test
    void onlyTheOwnersOfNamesAsk() {
        AnnotatedRequest back = new AnnotatedRequest(new ReleaseRequest.Back("1", MAIN, null), null);
        claims.put(object("a", 1, 10));
        claims.put(object("b", 2, 20, back));
        assertThat(claims.asking()).isEmpty();

        claims.remove(object("a", 1, 10).key());
        assertThat(claims.asking()).containsExactly(object("b", 2, 20, back));

        claims.put(object("b", 2, 21));
        assertThat(claims.asking()).isEmpty();
    }
}
