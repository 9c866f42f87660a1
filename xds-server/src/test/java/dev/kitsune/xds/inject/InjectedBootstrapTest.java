package dev.kitsune.xds.inject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.k8s.inject.CaptureMode;
import dev.kitsune.k8s.inject.InjectedSidecar;
import org.junit.jupiter.api.Test;

/** What stands in the bootstraps of pods. */
class InjectedBootstrapTest {
    private static String bootstrap(CaptureMode capture) {
        return new InjectedBootstrap("kitsune.kitsune.svc", 18000, "::")
                .files(new InjectedSidecar("shop", "cart", "c1", 8080, capture, null))
                .bootstrap();
    }

    @Test
    void portsAreWholeNumbersBecauseEnvoyReadsOthersAsText() {
        assertThat(bootstrap(CaptureMode.Transparent))
                .contains("\"inboundPort\":15406", "\"outboundPort\":15401", "\"appPort\":8080")
                .doesNotContain(".0,", ".0}");
    }

    @Test
    void itSaysHowCallsOfTheAppAreCaptured() {
        assertThat(bootstrap(CaptureMode.Transparent)).contains("\"capture\":\"transparent\"");
        assertThat(bootstrap(CaptureMode.Explicit)).doesNotContain("\"capture\"");
    }
}
