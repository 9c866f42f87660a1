package dev.kitsune.xds.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kitsune.k8s.inject.CaptureMode;
import dev.kitsune.k8s.inject.Injector;
import dev.kitsune.xds.Build;
import dev.kitsune.xds.inject.InjectFile;
import dev.kitsune.xds.inject.InjectFile.InjectFileException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.YAMLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Gives the pods of manifests their sidecars. */
@Command(
        name = "inject",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Reads manifests of Kubernetes, gives their pods the sidecars that the webhook would give them, and prints the"
                    + " result. Use it to see what the webhook does, or on clusters without the webhook.",
            "",
            "A pod gets a sidecar if its label kitsune.dev/inject is enabled, or if that is a label of its namespace,"
                    + " provided that the Namespace is among the manifests. Pods, and the pods of Deployments,"
                    + " StatefulSets, DaemonSets, ReplicaSets, Jobs and CronJobs are known. Everything else is printed as"
                    + " it is, but comments are lost.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune inject} -f cart.yaml | kubectl apply -f -",
            "  kubectl get deployment cart -o yaml | ${COMMAND-FULL-NAME:-kitsune inject} --all -f - | kubectl apply -f -",
            "",
            "Exit codes: 0 printed, 1 a pod cannot get its sidecar, 2 called wrongly, or an unreadable file."
        })
final class InjectCommand implements Runnable {
    private static final String STANDARD_INPUT = "-";

    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FILE",
            description = "A file with manifests in YAML or JSON; - for the standard input. Can be repeated.")
    @SuppressWarnings("NullAway.Init") // required
    private List<String> files;

    @Option(
            names = "--all",
            description = "Gives a sidecar to all pods but those with the label kitsune.dev/inject: disabled, as in a"
                    + " namespace with the label.")
    private boolean all;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "yaml",
            description = "yaml or json. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private OutputFormat output;

    @Option(
            names = "--settings",
            paramLabel = "FILE",
            description = "The settings of a mesh, as the chart keeps them in the ConfigMap kitsune-inject. The options"
                    + " below replace what stands there, and without the file the defaults of the chart apply.")
    private @Nullable Path settings;

    @Option(
            names = "--xds",
            paramLabel = "HOST:PORT",
            description = "Where sidecars reach Kitsune. Default: kitsune.kitsune.svc:18000.")
    private @Nullable String xds;

    @Option(
            names = "--image",
            paramLabel = "IMAGE",
            description = "The image of Envoy. Default: envoyproxy/envoy:distroless-v1.40.0.")
    private @Nullable String image;

    @Option(
            names = "--capture-image",
            paramLabel = "IMAGE",
            description = "The image of the container that sets the rules of capture. Default: kitsune-capture with the"
                    + " version of this program.")
    private @Nullable String captureImage;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "Transparent or Explicit, for pods that do not say it. Default: Transparent.")
    private @Nullable CaptureMode mode;

    @Option(names = "--uid", paramLabel = "NUMBER", description = "The user that Envoys run as. Default: 15400.")
    private @Nullable Integer uid;

    @Option(
            names = "--pre-stop-seconds",
            paramLabel = "NUMBER",
            description = "How long apps go on when their pods end. Default: 5.")
    private @Nullable Integer preStopSeconds;

    @Option(
            names = "--listen-address",
            paramLabel = "ADDRESS",
            description = "Where sidecars listen: :: for IPv6 and IPv4, 0.0.0.0 for IPv4 alone. Default: ::.")
    private @Nullable String listenAddress;

    @Option(
            names = "--exclude-ports",
            split = ",",
            paramLabel = "PORT",
            description = "Connections to these ports are not captured. Default: 53.")
    private @Nullable List<Integer> excludePorts;

    @Option(
            names = "--exclude-cidrs",
            split = ",",
            paramLabel = "RANGE",
            description = "Connections to these addresses are not captured. Default: none.")
    private @Nullable List<String> excludeCidrs;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        if (output == OutputFormat.text) {
            throw CommandException.usage("-o text: manifests are yaml or json");
        }
        List<InjectedManifest> manifests = new ArrayList<>();
        for (String file : files) {
            List<JsonNode> documents = documents(file);
            for (int i = 0; i < documents.size(); i++) {
                manifests.add(new InjectedManifest(name(file) + ", document " + (i + 1), documents.get(i)));
            }
        }
        PodTemplates templates = PodTemplates.of(injector(), manifests, all);
        List<JsonNode> injected = manifests.stream().map(templates::inject).toList();
        PrintWriter err = spec.commandLine().getErr();
        templates.warnings().forEach(warning -> err.println("warning: " + warning));
        err.flush();
        if (!templates.refusals().isEmpty()) {
            throw CommandException.failed(templates.refusals().stream()
                    .map(refusal -> "\n  " + refusal)
                    .collect(Collectors.joining("", "some pods cannot get their sidecars:", "")));
        }
        print(injected);
    }

    private Injector injector() {
        try {
            InjectFile base = settings == null ? InjectFile.EMPTY : InjectFile.read(settings);
            return base.with(new InjectFile(
                            xds,
                            new InjectFile.SidecarValues(
                                    mode, uid, image, captureImage, preStopSeconds, listenAddress, null),
                            new InjectFile.Capture(excludePorts, excludeCidrs)))
                    .injector(Build.version());
        } catch (InjectFileException e) {
            throw CommandException.usage(String.valueOf(e.getMessage()));
        }
    }

    private static List<JsonNode> documents(String file) {
        try {
            String text = file.equals(STANDARD_INPUT)
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(Path.of(file));
            return KubernetesYaml.read(text);
        } catch (IOException e) {
            throw CommandException.usage("-f " + file + ": the file cannot be read: " + e.getMessage());
        } catch (YAMLException e) {
            throw CommandException.usage("-f " + file + ": neither YAML nor JSON: " + e.getMessage());
        }
    }

    private static String name(String file) {
        return file.equals(STANDARD_INPUT) ? "standard input" : file;
    }

    private void print(List<JsonNode> documents) {
        PrintWriter out = spec.commandLine().getOut();
        for (int i = 0; i < documents.size(); i++) {
            if (output == OutputFormat.yaml && i > 0) {
                out.println("---");
            }
            out.print(
                    output == OutputFormat.yaml
                            ? KubernetesYaml.write(documents.get(i))
                            : output.print(documents.get(i)));
        }
        out.flush();
    }
}
