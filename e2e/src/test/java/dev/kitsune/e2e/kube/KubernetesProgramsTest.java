package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kitsune.e2e.process.Repository;
import dev.kitsune.e2e.process.ShellProgram;
import dev.kitsune.e2e.process.UnobtainableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubernetesProgramsTest {
    @TempDir
    Path folder;

    private final List<String> messages = new ArrayList<>();

    @Test
    void theSourcesArePinnedToTheSameVersion() throws IOException {
        assertThat(Repository.root().resolve("e2e/kubernetes/go.mod"))
                .content()
                .contains("require k8s.io/kubernetes " + KubernetesPrograms.VERSION + "\n");
        assertThat(Repository.root().resolve("e2e/helm/go.mod"))
                .content()
                .contains("require helm.sh/helm/v3 " + KubernetesPrograms.HELM_VERSION + "\n");
        assertThat(Repository.root().resolve("e2e/gateway-api/go.mod"))
                .content()
                .contains("require sigs.k8s.io/gateway-api " + KubernetesPrograms.GATEWAY_API_VERSION + "\n");
    }

    @Test
    void theNamedFolderComesFirst() throws IOException {
        Path named = program("named/kube-apiserver", "exit 0");
        program("bin/go", "exit 1");

        assertThat(programs(Map.of("KITSUNE_KUBE", folder.resolve("named") + "", "PATH", folder.resolve("bin") + ""))
                        .find("kube-apiserver", messages::add))
                .isEqualTo(named);
        assertThat(messages).isEmpty();
    }

    @Test
    void aNamedFolderWithoutTheProgramIsAnError() {
        KubernetesPrograms programs = programs(Map.of("KITSUNE_KUBE", folder.toString()));

        assertThatThrownBy(() -> programs.find("kube-apiserver", messages::add))
                .hasMessageContaining(folder + ", which holds no program kube-apiserver")
                .hasMessageContaining("unset KITSUNE_KUBE");
    }

    @Test
    void aProgramIsBuiltOnceFromThePinnedSources() throws IOException {
        Files.createDirectories(folder.resolve("e2e/kubernetes"));
        // The call has the form `build -trimpath -ldflags FLAGS -o PROGRAM PACKAGE`.
        program("bin/go", "cp /bin/true \"$6\" && echo \"$PWD $CGO_ENABLED $7\" >> \"" + folder + "/asked\"");
        KubernetesPrograms programs = programs(Map.of("PATH", folder.resolve("bin") + ""));

        Path first = programs.find("kube-apiserver", messages::add);
        Path second = programs.find("kube-apiserver", messages::add);

        assertThat(first).isEqualTo(second).isExecutable();
        assertThat(first.toString()).contains("/.kube/kube-apiserver/" + KubernetesPrograms.VERSION + "/");
        assertThat(folder.resolve("asked"))
                .hasContent(folder.resolve("e2e/kubernetes") + " 0 k8s.io/kubernetes/cmd/kube-apiserver");
        assertThat(messages).singleElement().asString().startsWith("Building kube-apiserver");
    }

    @Test
    void helmIsBuiltFromSourcesOfItsOwn() throws IOException {
        Files.createDirectories(folder.resolve("e2e/helm"));
        program("bin/go", "cp /bin/true \"$6\" && echo \"$PWD $4 $7\" >> \"" + folder + "/asked\"");

        assertThat(programs(Map.of("PATH", folder.resolve("bin") + "")).helm(messages::add))
                .isExecutable();

        assertThat(folder.resolve("asked"))
                .content()
                .startsWith(folder.resolve("e2e/helm") + " -X ")
                .contains("version.version=" + KubernetesPrograms.HELM_VERSION, "k8sVersionMinor=33")
                .endsWith(" helm.sh/helm/v3/cmd/helm\n");
    }

    /** Ready programs do not contain it. */
    @Test
    void theGatewayApiIsDownloadedOnceEvenBesideReadyPrograms() throws IOException {
        Files.createDirectories(folder.resolve("e2e/gateway-api"));
        String files = "sigs.k8s.io/gateway-api@" + KubernetesPrograms.GATEWAY_API_VERSION;
        program(
                "bin/go",
                "mkdir -p \"$GOMODCACHE/" + files + "\" && echo \"$PWD $GOFLAGS $*\" >> \"" + folder + "/asked\"");
        KubernetesPrograms programs =
                programs(Map.of("KITSUNE_KUBE", "ready", "PATH", folder.resolve("bin") + ":" + System.getenv("PATH")));

        Path first = programs.gatewayApi(messages::add);
        Path second = programs.gatewayApi(messages::add);

        assertThat(first)
                .isEqualTo(second)
                .isEqualTo(folder.resolve(".kube/gateway-api")
                        .resolve(KubernetesPrograms.GATEWAY_API_VERSION)
                        .resolve(files)
                        .resolve("config/crd/standard"));
        assertThat(folder.resolve("asked")).hasContent(folder.resolve("e2e/gateway-api") + " -modcacherw mod download");
        assertThat(messages).singleElement().asString().startsWith("Downloading the Gateway API");
    }

    @Test
    void withoutGoTheGatewayApiCannotBeDownloaded() throws IOException {
        Files.createDirectories(folder.resolve("e2e/gateway-api"));

        assertThatThrownBy(() -> programs(Map.of()).gatewayApi(messages::add))
                .hasCauseInstanceOf(UnobtainableException.class)
                .hasMessageContaining(
                        "the Gateway API " + KubernetesPrograms.GATEWAY_API_VERSION + " cannot be downloaded");
    }

    @Test
    void aFailedBuildNamesItsReasonAndTheNextStep() throws IOException {
        Files.createDirectories(folder.resolve("e2e/kubernetes"));
        program("bin/go", "echo 'no network' && exit 3");
        KubernetesPrograms programs = programs(Map.of("PATH", folder.resolve("bin") + ""));

        assertThatThrownBy(() -> programs.find("kube-apiserver", messages::add))
                .hasMessageContaining("ended with code 3: no network")
                .hasMessageContaining("Set KITSUNE_KUBE");
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        assertThat(programs(Map.of()).missing())
                .hasValueSatisfying(reason -> assertThat(reason).contains("no etcd on the PATH"));

        program("bin/etcd", "exit 0");
        String path = folder.resolve("bin").toString();
        assertThat(programs(Map.of("PATH", path)).missing())
                .hasValueSatisfying(reason -> assertThat(reason).contains("no go on the PATH"));
        assertThat(programs(Map.of("PATH", path, "KITSUNE_KUBE", "any")).missing())
                .isEmpty();

        program("bin/go", "exit 0");
        assertThat(programs(Map.of("PATH", path)).missing()).isEmpty();
    }

    private KubernetesPrograms programs(Map<String, String> environment) {
        return new KubernetesPrograms(environment, folder);
    }

    private Path program(String name, String script) throws IOException {
        return ShellProgram.write(folder.resolve(name), script);
    }
}
