package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Runs tests of this package again on K3s, a Kubernetes that others have built. Each class starts its own K3s. Where there
 * is no Docker, or no image can be pulled, they are skipped with the reason.
 */
class K3sIT {
    @BeforeEach
    void chooseK3s() {
        SharedApiServer.skipWithoutK3s();
        System.setProperty(SharedApiServer.PROPERTY, SharedApiServer.K3S);
    }

    @AfterEach
    void chooseProcesses() {
        System.clearProperty(SharedApiServer.PROPERTY);
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                CustomResourceDefinitionsIT.class,
                SecretReferencePolicyIT.class,
                ClusterScenariosIT.class,
                ChartIT.class
            })
    void theTestsPassOnK3s(Class<?> tests) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();

        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(tests))
                                .build(),
                        listener);

        TestExecutionSummary summary = listener.getSummary();
        assertThat(summary.getFailures()).as(printed(summary)).isEmpty();
        assertThat(summary.getTestsSucceededCount())
                .as(printed(summary))
                .isPositive()
                .isEqualTo(summary.getTestsFoundCount());
    }

    private static String printed(TestExecutionSummary summary) {
        StringWriter text = new StringWriter();
        PrintWriter printer = new PrintWriter(text);
        summary.printTo(printer);
        summary.printFailuresTo(printer);
        return text.toString();
    }
}
