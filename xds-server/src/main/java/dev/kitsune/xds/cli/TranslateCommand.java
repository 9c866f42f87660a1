package dev.kitsune.xds.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Message;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.TypeNames;
import dev.kitsune.envoy.json.EnvoyJson;
import dev.kitsune.envoy.name.SecretName;
import dev.kitsune.envoy.route.GrpcCaller;
import dev.kitsune.envoy.trace.Reachable;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.explain.SecretPlaces;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the resources of an Envoy. */
@Command(
        name = "translate",
        sortOptions = false,
        description = {
            "Prints the Envoy resources that one proxy would receive for a folder, without any server: the resources"
                    + " that it receives without a subscription, and all resources that these refer to. For a gRPC"
                    + " client, prints the resources of each component that it may call.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune translate} --dir envs --role gateway --listen-port 8080 --env cart-fix --type routes",
            "  ${COMMAND-FULL-NAME:-kitsune translate} --dir envs --role sidecar --app shop --component cart --version 77aa010 \\",
            "      --inbound-port 19101 --outbound-port 19201 --app-port 7001",
            "  ${COMMAND-FULL-NAME:-kitsune translate} --dir envs --role grpc --app shop --component frontend --version 9f1c2ab",
            "",
            "The position of a secret replaces its value.",
            "",
            "Exit codes: 0 printed, 2 called wrongly or no such folder."
        })
final class TranslateCommand implements Runnable {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private final ServedOptions served = new ServedOptions();

    @Option(names = "--role", required = true, paramLabel = "ROLE", description = "One of ${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init") // required
    private ProxyRole role;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ProxyOptions proxy;

    @Option(
            names = "--env",
            paramLabel = "ENVIRONMENT",
            description = "Only for this virtual environment. Default: for all.")
    private @Nullable VirtualEnvironmentName virtualEnvironment;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            converter = TypeName.class,
            completionCandidates = TypeName.class,
            description =
                    "One of ${COMPLETION-CANDIDATES}, or the name of its service (rds); may be repeated. Default: all.")
    private List<ResourceType> types = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "yaml",
            description = "yaml or json. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private OutputFormat output;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it; --version is the component's here
    private boolean help;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        if (output == OutputFormat.text) {
            throw CommandException.usage("-o text: Envoy's resources are yaml or json");
        }
        Proxy described =
                proxy.describe(role, Set.of("--admin-port"), spec.commandLine().getParseResult());
        ResolvedInput folder = served.resolved();
        Snapshot snapshot = folder.snapshot();
        if (described instanceof Proxy.GrpcProxy client) {
            check(client, snapshot);
        }
        Collection<VirtualEnvironmentName> virtualEnvironments = virtualEnvironment == null
                ? snapshot.virtualEnvironments().keySet()
                : List.of(folder.virtualEnvironment(virtualEnvironment).name());
        Map<ResourceType, SortedMap<String, Message>> resources =
                Reachable.of(described, snapshot, virtualEnvironments);
        ObjectNode all = JSON.createObjectNode();
        for (ResourceType type : TypeNames.IN_ORDER) {
            if (types.isEmpty() || types.contains(type)) {
                ArrayNode list = all.putArray(TypeNames.plural(type));
                resources
                        .getOrDefault(type, new TreeMap<>())
                        .forEach((name, resource) -> list.add(print(type, name, resource, snapshot)));
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(output.print(all));
        out.flush();
    }

    /** A gRPC client receives one table for all virtual environments, and nothing for an undeclared version. */
    private void check(Proxy.GrpcProxy client, Snapshot snapshot) {
        if (virtualEnvironment != null) {
            throw CommandException.usage(
                    "--env with --role grpc: a gRPC client receives one table for all virtual environments; omit it");
        }
        if (GrpcCaller.of(client, snapshot).isEmpty()) {
            throw CommandException.usage(
                    client.version() == null
                            ? "no default virtual environment runs " + client.component()
                                    + ", so its version decides: add --version"
                            : client.component() + "@" + client.version()
                                    + " may act for no virtual environment of this"
                                    + " folder: an app deployment, a virtual environment and its Workload (--id) say"
                                    + " for which");
        }
    }

    private static JsonNode print(ResourceType type, String name, Message resource, Snapshot snapshot) {
        if (type == ResourceType.SECRET) {
            String place = SecretName.parse(name)
                    .map(secret -> SecretPlaces.of(secret, snapshot))
                    .orElseThrow();
            return JSON.createObjectNode().put("name", name).put("value", "[secret] " + place);
        }
        return EnvoyJson.tree(resource);
    }
}
