package dev.kitsune.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * Checks that the benchmarks work, and that they count only correct answers. It checks no speed.
 */
class BenchmarksIT {
    @Test
    void theyMeasureEverythingAndEveryAnswerIsCorrect() throws Exception {
        JsonNode report = bench();
        assertThat(report.at("/machine/envoy").asText()).matches("\\d+\\.\\d+\\.\\d+");
        assertThat(report.at("/hops")).hasSize(8).allSatisfy(row -> {
            assertThat(row.at("/failed")).isEmpty();
            assertThat(row.at("/perSecond/least").asDouble()).isPositive();
            assertThat(row.at("/cpuMicros/least").asDouble()).isPositive();
        });
        assertThat(report.at("/sidecars")).hasSize(4).allSatisfy(row -> assertThat(
                        row.at("/callerAllocatedMb").asDouble())
                .isPositive());
        assertThat(report.at("/changes")).hasSize(8).allSatisfy(row -> {
            assertThat(row.at("/lastMillis/least").asDouble()).isPositive();
            assertThat(row.at("/bytesPerClient").asDouble()).isPositive();
        });
        assertThat(report.at("/controlPlanes")).hasSize(2);
        assertThat(report.at("/fleets")).hasSize(2).allSatisfy(row -> {
            assertThat(row.at("/proxiesMb").asDouble()).isPositive();
            // Each proxy has two clusters of its app, two listeners, and two scopes and two sets of routes for each
            // virtual environment, and the clusters of callees with their endpoints.
            assertThat(row.at("/resourcesOfEach").asDouble()).isGreaterThan(2 + 2 + 4 * 3);
        });
        JsonNode fleets = report.at("/fleets");
        assertThat(fleets.get(1).at("/translatorCalls"))
                .as("twice as many proxies of the same versions")
                .isEqualTo(fleets.get(0).at("/translatorCalls"));
    }

    @Test
    void theCostOfAChangeDoesNotDependOnTheNumberOfVirtualEnvironments() throws Exception {
        JsonNode changes =
                bench("--part", "changes", "--environments", "20,200").at("/changes");
        for (String change : new String[] {"variable", "version", "existence"}) {
            JsonNode few = row(changes, change, 20);
            JsonNode many = row(changes, change, 200);
            assertThat(many.at("/translatorCalls")).as(change).isEqualTo(few.at("/translatorCalls"));
            assertThat(many.at("/resourcesPerClient")).as(change).isEqualTo(few.at("/resourcesPerClient"));
        }
    }

    private static JsonNode bench(String... options) throws Exception {
        StringWriter out = new StringWriter();
        StringWriter errors = new StringWriter();
        CommandLine bench =
                new CommandLine(new BenchCommand()).setOut(new PrintWriter(out)).setErr(new PrintWriter(errors));
        List<String> all = new ArrayList<>(List.of("--quick", "-o", "json"));
        all.addAll(List.of(options));
        int code = bench.execute(all.toArray(String[]::new));

        assertThat(code).as("%s%n%s", errors, out).isZero();
        return new ObjectMapper().readTree(out.toString());
    }

    private static JsonNode row(JsonNode changes, String change, int virtualEnvironments) {
        for (JsonNode row : changes) {
            if (row.at("/change").asText().equals(change)
                    && row.at("/environments").asInt() == virtualEnvironments
                    && row.at("/through").asText().equals("resolver")) {
                return row;
            }
        }
        throw new AssertionError("no row for " + change + " at " + virtualEnvironments);
    }
}
