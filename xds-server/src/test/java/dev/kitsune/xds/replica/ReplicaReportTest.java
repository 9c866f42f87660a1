package dev.kitsune.xds.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.StringValue;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.replica.ReplicaReport.MalformedReportException;
import dev.kitsune.xds.store.AtProxies;
import dev.kitsune.xds.store.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplicaReportTest {
    private static final VirtualEnvironmentName A = new VirtualEnvironmentName("a");
    private static final Refusal REFUSAL =
            new Refusal(ResourceType.ROUTE, "gw/a", "1", "will not do", "gateway", Instant.EPOCH);

    @Test
    void itIsReadAsItWasWritten() throws Exception {
        ReplicaReport report = new ReplicaReport(
                "kitsune-1",
                true,
                26,
                List.of(
                        new ReportedVirtualEnvironment(
                                A, new ServedGeneration("uid", 3, 12), new AtProxies(9, 8, 1, REFUSAL)),
                        new ReportedVirtualEnvironment(new VirtualEnvironmentName("b"), null, null)),
                Map.of(A, Instant.parse("2026-11-30T13:10:00Z")));

        assertThat(ReplicaReport.read(report.message())).isEqualTo(report);
    }

    @Test
    void fieldsOfANewerReplicaAreIgnored() throws Exception {
        ReplicaReport report = ReplicaReport.read(StringValue.of("""
            {"replica": "r", "whole": false, "connected": 1, "mood": "good", "uses": {},
             "virtualEnvironments": [{"name": "a", "served": {"uid": "u", "generation": 1, "release": 4, "more": 2}}]}
            """));

        assertThat(report.virtualEnvironments())
                .containsExactly(new ReportedVirtualEnvironment(A, new ServedGeneration("u", 1, 4), null));
    }

    @Test
    void anythingElseIsMalformed() {
        for (String text : List.of("", "no", "[]", "{}", "{\"replica\": \"r\"}")) {
            assertThatThrownBy(() -> ReplicaReport.read(StringValue.of(text)))
                    .as(text)
                    .isInstanceOf(MalformedReportException.class);
        }
    }

    @Test
    void aWholeReportOf5000VirtualEnvironmentsIsLessThanAMegabyte() {
        List<ReportedVirtualEnvironment> all = IntStream.range(0, 5000)
                .mapToObj(i -> new ReportedVirtualEnvironment(
                        new VirtualEnvironmentName("virtual-environment-" + i),
                        new ServedGeneration(UUID.randomUUID().toString(), i, i),
                        new AtProxies(1000, 1000, 0, null)))
                .toList();

        ReplicaReport report = new ReplicaReport("kitsune-0", true, 1000, all, Map.of());

        assertThat(report.message().getSerializedSize()).isLessThan(1 << 20);
    }
}
