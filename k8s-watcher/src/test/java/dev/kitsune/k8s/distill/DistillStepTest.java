package dev.kitsune.k8s.distill;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is to be done, without a cluster. */
class DistillStepTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");
    private static final WantedDeployment WANTED = Distilled.wanted(Distilled.TEMPLATE);

    private static DistillStep used(@Nullable DeployedVersion existing, @Nullable WantedDeployment wanted) {
        boolean differs = existing != null && wanted != null && !existing.has(wanted);
        return DistillStep.next(true, existing, wanted, differs, NOW);
    }

    private static DistillStep unused(@Nullable DeployedVersion existing) {
        return DistillStep.next(false, existing, null, false, NOW);
    }

    @Test
    void whatIsUsedIsMadeOnce() {
        assertThat(used(null, WANTED)).isEqualTo(new DistillStep.Create());
        assertThat(used(Distilled.deployed(Distilled.TEMPLATE), WANTED)).isEqualTo(new DistillStep.Rest());
    }

    @Test
    void whatHasNoTemplateIsSomebodyElses() {
        assertThat(used(null, null)).isEqualTo(new DistillStep.Rest());
        assertThat(used(Distilled.deployed(Distilled.TEMPLATE), null)).isEqualTo(new DistillStep.Rest());
    }

    @Test
    void anotherTemplateIsBrought() {
        assertThat(used(Distilled.deployed(Distilled.template("cart:old")), WANTED))
                .isEqualTo(new DistillStep.Bring());
    }

    @Test
    void whatNobodyUsesIsNotedAndCollectedTenMinutesLater() {
        assertThat(unused(null)).isEqualTo(new DistillStep.Rest());
        assertThat(unused(Distilled.deployed(Distilled.TEMPLATE))).isEqualTo(new DistillStep.Note(NOW));
        assertThat(unused(Distilled.unusedSince("2026-01-01T00:00:01Z")))
                .isEqualTo(new DistillStep.Wait(Duration.ofSeconds(1)));
        assertThat(unused(Distilled.unusedSince("2026-01-01T00:00:00Z"))).isEqualTo(new DistillStep.Collect());
    }

    @Test
    void whatIsUsedAgainStays() {
        assertThat(used(Distilled.unusedSince("2025-01-01T00:00:00Z"), WANTED)).isEqualTo(new DistillStep.Note(null));
    }

    @Test
    void aNoteThatCannotBeRightIsWrittenAgain() {
        assertThat(unused(Distilled.unusedSince("yesterday"))).isEqualTo(new DistillStep.Note(NOW));
        assertThat(unused(Distilled.unusedSince("2027-01-01T00:00:00Z"))).isEqualTo(new DistillStep.Note(NOW));
        assertThat(used(Distilled.unusedSince("yesterday"), WANTED)).isEqualTo(new DistillStep.Note(null));
    }

    @Test
    void whatIsBeingDeletedIsLeftAlone() {
        GenericKubernetesResource resource = Distilled.resource(WantedDeployment.json(WANTED.fields()));
        resource.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        DeployedVersion ending = Distilled.of(resource);

        assertThat(used(ending, Distilled.wanted(Distilled.template("cart:new"))))
                .isEqualTo(new DistillStep.Rest());
        assertThat(unused(ending)).isEqualTo(new DistillStep.Rest());
    }
}
