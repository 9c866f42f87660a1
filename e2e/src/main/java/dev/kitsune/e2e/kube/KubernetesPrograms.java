package dev.kitsune.e2e.kube;

import dev.kitsune.e2e.process.GoModule;
import dev.kitsune.e2e.process.GoProgram;
import dev.kitsune.e2e.process.Repository;
import dev.kitsune.e2e.process.UnobtainableException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Finds the programs of a Kubernetes control plane, Helm, and the Gateway API. The programs are in the folder {@code
 * $KITSUNE_KUBE}, or else they are built once by Go into a git-ignored folder of the repository. The etcd is the
 * machine's.
 */
public final class KubernetesPrograms {
    /** The pinned version, which is also that of the sources. */
    static final String VERSION = "v1.33.1";

    /** The pinned version of Helm. Its sources have a module of their own, because they need other libraries. */
    static final String HELM_VERSION = "v3.19.5";

    /** The pinned version of the Gateway API. */
    static final String GATEWAY_API_VERSION = "v1.4.1";

    private final Map<String, String> environment;
    private final Path repository;

    public KubernetesPrograms() {
        this(System.getenv(), Repository.root());
    }

    KubernetesPrograms(Map<String, String> environment, Path repository) {
        this.environment = environment;
        this.repository = repository;
    }

    /** Returns why this machine cannot run Kubernetes; empty if it can. */
    public Optional<String> missing() {
        if (onPath("etcd").isEmpty()) {
            return Optional.of("there is no etcd on the PATH (Debian's package is etcd-server)");
        }
        if (named().isEmpty() && onPath("go").isEmpty()) {
            return Optional.of("there is no go on the PATH that could build Kubernetes " + VERSION
                    + ", and KITSUNE_KUBE names no folder that holds kube-apiserver");
        }
        return Optional.empty();
    }

    /**
     * Finds a program of Kubernetes, or builds it, which takes minutes the first time.
     *
     * @param name such as {@code kube-apiserver}
     * @param progress receives a sentence before the build
     */
    public Path find(String name, Consumer<String> progress) {
        return find(
                new Pinned(
                        name,
                        VERSION,
                        "kubernetes",
                        "k8s.io/kubernetes/cmd/" + name,
                        List.of("-X", "k8s.io/component-base/version.gitVersion=" + VERSION)),
                progress);
    }

    /** Finds Helm, or builds it, which takes minutes the first time. It renders for the pinned version of Kubernetes. */
    public Path helm(Consumer<String> progress) {
        String capabilities = "helm.sh/helm/v3/pkg/chartutil.k8sVersion";
        String[] version = VERSION.substring(1).split("\\.", 3);
        return find(
                new Pinned(
                        "helm",
                        HELM_VERSION,
                        "helm",
                        "helm.sh/helm/v3/cmd/helm",
                        List.of(
                                "-X",
                                "helm.sh/helm/v3/internal/version.version=" + HELM_VERSION,
                                "-X",
                                capabilities + "Major=" + version[0],
                                "-X",
                                capabilities + "Minor=" + version[1])),
                progress);
    }

    /**
     * A program with pinned sources.
     *
     * @param module the folder of e2e whose {@code go.mod} and {@code go.sum} pin them
     * @param command the package of the command
     * @param flags the flags of the linker
     */
    private record Pinned(String name, String version, String module, String command, List<String> flags) {}

    private Path find(Pinned program, Consumer<String> progress) {
        String name = program.name();
        if (named().isPresent()) {
            Path found = named().get().resolve(name);
            if (!Files.isExecutable(found)) {
                throw new IllegalStateException("KITSUNE_KUBE names " + named().get() + ", which holds no program "
                        + name + ": put it there, or unset KITSUNE_KUBE to have it built.");
            }
            return found.toAbsolutePath();
        }
        GoProgram built = new GoProgram(
                repository.resolve(".kube").resolve(name),
                program.version(),
                go(),
                repository.resolve("e2e").resolve(program.module()),
                program.command(),
                program.flags().toArray(new String[0]));
        try {
            return built.obtain(home -> progress.accept("Building " + name + " " + program.version()
                    + " (once, about 7 minutes on two cores) into " + home));
        } catch (UnobtainableException e) {
            throw new IllegalStateException(
                    name + " " + program.version() + " cannot be built: " + e.getMessage()
                            + ". Set KITSUNE_KUBE to a folder that holds it, or make `go build` work.",
                    e);
        }
    }

    /**
     * Finds the custom resource definitions of the Gateway API, or downloads them by Go. No program is part of them, so
     * they are never in the folder of programs.
     */
    public Path gatewayApi(Consumer<String> progress) {
        GoModule module = new GoModule(
                repository.resolve(".kube").resolve("gateway-api"),
                GATEWAY_API_VERSION,
                go(),
                repository.resolve("e2e").resolve("gateway-api"),
                "sigs.k8s.io/gateway-api");
        try {
            return module.obtain(home -> progress.accept(
                            "Downloading the Gateway API " + GATEWAY_API_VERSION + " (once) into " + home))
                    .resolve("config/crd/standard");
        } catch (UnobtainableException e) {
            throw new IllegalStateException(
                    "the Gateway API " + GATEWAY_API_VERSION + " cannot be downloaded: " + e.getMessage()
                            + ". Make `go mod download` work.",
                    e);
        }
    }

    private String go() {
        return onPath("go").map(Path::toString).orElse("go");
    }

    /** Returns the machine's etcd. */
    Path etcd() {
        return onPath("etcd").orElseThrow(() -> new IllegalStateException("there is no etcd on the PATH"));
    }

    private Optional<Path> named() {
        return Optional.of(environment.getOrDefault("KITSUNE_KUBE", ""))
                .filter(folder -> !folder.isBlank())
                .map(Path::of);
    }

    private Optional<Path> onPath(String program) {
        return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder).resolve(program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
