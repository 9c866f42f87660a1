package dev.kitsune.xds.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.xds.cli.WritableInput.Draft;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Creates a virtual environment. */
@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Creates a virtual environment that overrides another one, or an environment. In a folder it gets a file of its"
                    + " own beside its parent's. Nothing is written if it would have errors.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune env create} my-idea --dir envs --parent main --component cart=4f2c1d0",
            "  ${COMMAND-FULL-NAME:-kitsune env create} my-idea --context test --parent main --var greeting=Hi \\",
            "       --secret-from stripeKey=stripe/token --expires 72h",
            "",
            "Exit codes: 0 created, 1 it would have errors or cannot be written, 2 called wrongly."
        })
final class EnvCreateCommand implements Runnable {
    @Parameters(paramLabel = "ENV", description = "The name of the new virtual environment.")
    @SuppressWarnings("NullAway.Init") // required
    private VirtualEnvironmentName name;

    @Mixin
    private final ServedOptions served = new ServedOptions();

    @Option(names = "--parent", paramLabel = "ENV", description = "The virtual environment that it overrides.")
    private @Nullable VirtualEnvironmentName parent;

    @Option(
            names = "--environment",
            paramLabel = "NAME",
            description = "Its Environment, such as dev. Needed if there is no parent.")
    private @Nullable String environment;

    @Mixin
    private final OverrideOptions overrides = new OverrideOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        ResolvedInput input = served.resolved();
        refuseKnown(input);
        ResolvedVirtualEnvironment above = parent == null ? null : input.virtualEnvironment(parent);
        Manifest<?> near =
                above == null ? environment(input) : input.catalog().manifests().get(above.key());
        if (near == null) {
            throw CommandException.failed("the object of " + parent + " cannot be read");
        }
        String given = served.namespace();
        String namespace = given != null ? given : above == null ? "default" : above.namespace();
        ObjectKey key = new ObjectKey(Kind.VirtualEnvironment, namespace, name.value());
        Draft draft = served.writable().created(key, near, object(key, new VariableTypes(above, input)));
        PrintWriter err = spec.commandLine().getErr();
        ResolvedInput with = Drafting.write(key, draft, input, err);
        PrintWriter out = spec.commandLine().getOut();
        out.println("created " + name + " in " + draft.place());
        RequestHint.of(name, with).forEach(out::println);
        out.flush();
    }

    private void refuseKnown(ResolvedInput input) {
        input.catalog().manifests().keySet().stream()
                .filter(key -> key.kind() == Kind.VirtualEnvironment
                        && key.virtualEnvironmentName().equals(name))
                .findFirst()
                .ifPresent(key -> {
                    throw CommandException.failed("there is a virtual environment " + name + " already, in namespace "
                            + key.namespace() + ": choose another name, or change it with `kitsune env set`");
                });
    }

    private Manifest<?> environment(ResolvedInput input) {
        if (environment == null) {
            throw CommandException.usage("what does it override? Name a virtual environment with --parent, or an"
                    + " Environment with --environment");
        }
        Manifest<?> found = input.catalog().manifests().get(new ObjectKey(Kind.Environment, "", environment));
        if (found == null) {
            List<String> names = input.catalog().manifests().keySet().stream()
                    .filter(key -> key.kind() == Kind.Environment)
                    .map(ObjectKey::name)
                    .toList();
            throw CommandException.usage(
                    "there is no Environment " + environment + DidYouMean.hint(environment, names));
        }
        return found;
    }

    private ObjectNode object(ObjectKey key, VariableTypes types) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", Kind.API_VERSION).put("kind", key.kind().name());
        object.putObject("metadata").put("name", key.name()).put("namespace", key.namespace());
        ObjectNode written = object.putObject("spec");
        if (environment != null) {
            written.put("environment", environment);
        }
        if (parent != null) {
            written.put("parent", parent.value());
        }
        overrides.changes(types, component -> false).forEach(change -> change.in(object));
        return object;
    }
}
