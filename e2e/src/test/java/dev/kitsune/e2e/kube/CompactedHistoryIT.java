package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.e2e.kube.RecordingLine.RecordedPart;
import dev.kitsune.k8s.watch.KubernetesSource;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The etcd has compacted its history while a source could not watch. */
class CompactedHistoryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Within this time after the line's return everything that happened meanwhile is in force. */
    private static final Duration RETURN = Duration.ofSeconds(5);

    private static final String LISTED = "GET /apis/kitsune.dev/v1alpha1/virtualenvironments";

    @TempDir
    private Path folder;

    /** An API server would answer from its own memory for a while. */
    @Test
    void aSourceThatIsToldThatItsVersionIsGoneListsAgain() throws Exception {
        KubernetesPrograms programs = SharedApiServer.programs();
        List<ServerProcesses> processes = new ArrayList<>();
        ApiServer.HostStarter starter = (tokens, data) -> {
            processes.add(ServerProcesses.start(programs, tokens, data, "--watch-cache=false"));
            return processes.get(0);
        };
        try (ApiServer server = ApiServer.start(starter, folder);
                RecordingLine recorder = new RecordingLine(server, folder);
                CuttableLine line = new CuttableLine(recorder.port());
                KubernetesSource source = new KubernetesSource(
                        new ConfigBuilder(server.config())
                                .withMasterUrl("https://127.0.0.1:" + line.port())
                                .build(),
                        ServedCluster.SYSTEM)) {
            server.installDefinitions();
            ServedCluster cluster = new ServedCluster(server, server.newNamespace("shop"));
            RecordedChanges changes = new RecordedChanges();
            cluster.virtualEnvironment("stays", "{environment: dev}");
            cluster.virtualEnvironment("goes", "{environment: dev}");
            cluster.pod("front-1", "f1");
            source.start(changes);
            assertThat(names(changes, cluster.shop())).containsExactlyInAnyOrder("stays", "goes", "front-1");
            await().atMost(PATIENCE).until(() -> watched(recorder) != null);
            int before = changes.count();

            line.cut();
            int cut = recorder.parts().size();
            cluster.virtualEnvironment("goes").delete();
            cluster.virtualEnvironment("comes", "{environment: dev}");
            server.client()
                    .pods()
                    .inNamespace(cluster.shop())
                    .withName("front-1")
                    .withGracePeriod(0)
                    .delete();
            cluster.pod("front-2", "f2");
            processes.get(0).compact();
            line.mend();

            await().atMost(RETURN).untilAsserted(() -> assertThat(names(changes, cluster.shop()))
                    .containsExactlyInAnyOrder("stays", "comes", "front-2"));
            assertThat(changes.since(before)).as("nothing is published in part").allSatisfy(change -> assertThat(
                            change.catalog().manifests())
                    .containsKey(new ObjectKey(Kind.VirtualEnvironment, cluster.shop(), "stays")));
            assertThat(changes.problems()).isEmpty();
            assertItListedAgain(recorder.parts().subList(cut, recorder.parts().size()));

            // It watches from the new list on.
            cluster.virtualEnvironment("next", "{environment: dev}");
            await().atMost(RETURN).untilAsserted(() -> assertThat(names(changes, cluster.shop()))
                    .contains("next"));
        }
    }

    private static Set<String> names(RecordedChanges changes, String namespace) {
        return changes.objects().stream()
                .filter(key -> key.namespace().equals(namespace))
                .map(ObjectKey::name)
                .collect(Collectors.toSet());
    }

    private static @Nullable RecordedPart watched(RecordingLine recorder) {
        return recorder.parts().stream()
                .filter(part -> part.text().startsWith(LISTED) && part.text().contains("watch=true"))
                .findFirst()
                .orElse(null);
    }

    /** The watch went on from the version that it had, was told that this version is gone, and a list followed. */
    private static void assertItListedAgain(List<RecordedPart> parts) {
        int gone = IntStream.range(0, parts.size())
                .filter(i -> parts.get(i).isAnswer()
                        && parts.get(i).text().contains("\"code\":410")
                        && request(parts, i).startsWith(LISTED + "?"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no answer 410 in " + parts));
        assertThat(request(parts, gone)).contains("watch=true").containsPattern("resourceVersion=[1-9]");
        assertThat(parts.get(gone).text()).contains("\"reason\":\"Expired\"");
        assertThat(parts.subList(gone, parts.size()))
                .as("requests after the answer 410")
                .anySatisfy(part -> assertThat(part.text()).startsWith(LISTED).doesNotContain("resourceVersion="));
    }

    /** Returns the request to which an answer belongs: the last one before it on its connection. */
    private static String request(List<RecordedPart> parts, int answer) {
        int connection = parts.get(answer).connection();
        for (int i = answer - 1; i >= 0; i--) {
            RecordedPart part = parts.get(i);
            if (!part.isAnswer() && part.connection() == connection) {
                return Objects.requireNonNull(part.text());
            }
        }
        return "";
    }
}
