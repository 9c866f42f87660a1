package dev.kitsune.k8s.distill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment.ResolvedComponent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VersionsInUseTest {
    private static final ComponentVersion FRONT = new ComponentVersion("shop", "front", "f1");
    private static final ComponentVersion CART = new ComponentVersion("shop", "cart", "c1");
    private static final ComponentVersion NEXT = new ComponentVersion("shop", "cart", "c2");
    private static final VirtualEnvironmentName MAIN = new VirtualEnvironmentName("main");
    private static final VirtualEnvironmentName FIX = new VirtualEnvironmentName("fix");

    private final VersionsInUse inUse = new VersionsInUse();

    private static ResolvedVirtualEnvironment using(@Nullable Expired expired, ComponentVersion... versions) {
        ObjectKey key = new ObjectKey(Kind.VirtualEnvironment, "shop", "any");
        Map<ComponentName, ResolvedComponent> components = new HashMap<>();
        for (ComponentVersion version : versions) {
            components.put(version.name(), new ResolvedComponent(version, new Origin(key, "spec.release")));
        }
        return new ResolvedVirtualEnvironment(
                new ResolvedVirtualEnvironment.Identity(MAIN, "shop", "dev", null, false),
                new Overlay(Map.of(), Map.of()),
                ResolvedVirtualEnvironment.ReleasedApps.NONE,
                components,
                Map.of(),
                ResolvedVirtualEnvironment.Traffic.NONE,
                new ResolvedVirtualEnvironment.Condition(List.of(), List.of(), expired));
    }

    @Test
    void aVersionIsUsedUntilNobodyUsesIt() {
        assertThat(inUse.put(MAIN, using(null, FRONT, CART), Set.of())).containsExactlyInAnyOrder(FRONT, CART);
        assertThat(inUse.put(FIX, using(null, FRONT, CART), Set.of())).isEmpty();
        assertThat(inUse.put(FIX, using(null, FRONT, NEXT), Set.of())).containsExactly(NEXT);
        assertThat(inUse.put(MAIN, null, Set.of())).containsExactly(CART);
        assertThat(inUse.isUsed(FRONT)).isTrue();
        assertThat(inUse.isUsed(CART)).isFalse();
        assertThat(inUse.put(FIX, null, Set.of())).containsExactlyInAnyOrder(FRONT, NEXT);
    }

    @Test
    void aReleaseThatWaitsUsesItsVersions() {
        assertThat(inUse.put(MAIN, using(null, FRONT, CART), Set.of(FRONT, NEXT)))
                .containsExactlyInAnyOrder(FRONT, CART, NEXT);
        assertThat(inUse.put(MAIN, using(null, FRONT, NEXT), Set.of())).containsExactly(CART);
        assertThat(inUse.put(MAIN, using(null, FRONT, NEXT), Set.of())).isEmpty();
    }

    @Test
    void anExpiredVirtualEnvironmentUsesNothing() {
        inUse.put(MAIN, using(null, CART), Set.of(NEXT));

        assertThat(inUse.put(MAIN, using(new Expired(Expired.Limit.idle, "72h"), CART), Set.of(NEXT)))
                .containsExactlyInAnyOrder(CART, NEXT);
    }
}
