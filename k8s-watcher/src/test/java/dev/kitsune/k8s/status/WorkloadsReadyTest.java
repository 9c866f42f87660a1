package dev.kitsune.k8s.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.k8s.distill.DistilledState;
import dev.kitsune.k8s.distill.DistilledState.DistilledPhase;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.snapshot.ComponentVersion;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an app deployment says of pods that Kitsune makes. */
class WorkloadsReadyTest {
    private static final ComponentVersion CART = new ComponentVersion("shop", "cart", "c1");
    private static final ComponentVersion FRONT = new ComponentVersion("shop", "front", "f1");

    private static StatusCondition of(Set<ComponentVersion> unserved, Map<ComponentVersion, DistilledState> distilled) {
        ObjectKey key = new ObjectKey(Kind.AppDeployment, "shop", "shop-1");
        ObjectFacts facts = new ObjectFacts(List.of(), null, unserved, distilled);
        return Conditions.of(key, facts, CountedProblems.of(key, List.of(), null), null).stream()
                .filter(condition -> condition.type() == ConditionType.WorkloadsReady)
                .findFirst()
                .orElseThrow();
    }

    private static DistilledState state(DistilledPhase phase) {
        return new DistilledState(phase, phase + "!");
    }

    @ParameterizedTest
    @CsvSource({"NOT_ALLOWED, NotAllowed", "TAKEN, NameTaken", "FAILED, Failed", "PENDING, Pending"})
    void whatIsWrongWithPodsIsSaid(DistilledPhase phase, String reason) {
        StatusCondition found = of(Set.of(CART), Map.of(CART, state(phase), FRONT, state(DistilledPhase.AVAILABLE)));

        assertThat(found.isTrue()).isFalse();
        assertThat(found.reason()).hasToString(reason);
        assertThat(found.message()).isEqualTo("shop/cart@c1: " + phase + "!");
    }

    @Test
    void theWorstComesFirst() {
        for (DistilledPhase better : EnumSet.complementOf(EnumSet.of(DistilledPhase.NOT_ALLOWED))) {
            assertThat(of(Set.of(), Map.of(CART, state(better), FRONT, state(DistilledPhase.NOT_ALLOWED)))
                            .reason())
                    .isEqualTo(ConditionReason.NotAllowed);
        }
    }

    @Test
    void whatNobodyUsesIsNotMissing() {
        StatusCondition found = of(Set.of(CART), Map.of(CART, state(DistilledPhase.IDLE)));

        assertThat(found.isTrue()).isTrue();
        assertThat(found.message()).contains("that are used", "shop/cart@c1: IDLE!");
    }

    @Test
    void availablePodsThatServeNothingAreNotReady() {
        StatusCondition found = of(Set.of(CART), Map.of(CART, state(DistilledPhase.AVAILABLE)));

        assertThat(found.reason()).isEqualTo(ConditionReason.NoWorkload);
        assertThat(of(Set.of(), Map.of(CART, state(DistilledPhase.AVAILABLE))).isTrue())
                .isTrue();
    }
}
