package dev.kitsune.xds.cli;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironment.ComponentOverride;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.cli.WritableInput.Draft;
import dev.kitsune.xds.edit.FieldChange;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Changes what a virtual environment overrides. */
@Command(
        name = "set",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Changes what a virtual environment overrides. In a folder only the text of the changed fields changes, and"
                    + " comments stay. Nothing is written if there would be errors.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune env set} my-idea --dir envs --component cart=77aa010 --var greeting=Hello",
            "  ${COMMAND-FULL-NAME:-kitsune env set} my-idea --dir envs --inherit-var greeting",
            "",
            "Exit codes: 0 changed, 1 there would be errors or it cannot be written, 2 called wrongly."
        })
final class EnvSetCommand implements Runnable {
    @Parameters(paramLabel = "ENV", description = "The virtual environment.")
    @SuppressWarnings("NullAway.Init") // required
    private VirtualEnvironmentName name;

    @Mixin
    private final ServedOptions served = new ServedOptions();

    @Mixin
    private final OverrideOptions overrides = new OverrideOptions();

    @Option(
            names = "--inherit-component",
            paramLabel = "COMPONENT",
            description = "A component whose inherited version it uses again. May be repeated.")
    private final List<String> components = new ArrayList<>();

    @Option(
            names = "--inherit-var",
            paramLabel = "NAME",
            description = "A variable whose inherited value it uses again. May be repeated.")
    private final List<String> variables = new ArrayList<>();

    @Option(
            names = "--inherit-secret",
            paramLabel = "NAME",
            description = "A secret whose inherited value it uses again. May be repeated.")
    private final List<String> secrets = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        ResolvedInput input = served.resolved();
        Catalog catalog = input.catalog();
        Manifest<?> manifest = served.virtualEnvironment(catalog, name);
        VirtualEnvironment written = (VirtualEnvironment) manifest.spec();
        VariableTypes types = new VariableTypes(input.snapshot().virtualEnvironment(name), input);
        List<FieldChange> changes = new ArrayList<>(overrides.changes(
                types, component -> isDeclared(written.components().get(component))));
        components.forEach(component -> changes.add(new FieldChange(List.of("spec", "components", component), null)));
        variables.forEach(name -> changes.add(new FieldChange(List.of("spec", "data", "variables", name), null)));
        secrets.forEach(name -> changes.add(new FieldChange(List.of("spec", "data", "secrets", name), null)));
        if (changes.isEmpty()) {
            throw CommandException.usage("nothing to change: name it, such as --component cart=4f2c1d0");
        }
        Draft draft = served.writable().changed(manifest, changes);
        Drafting.write(manifest.key(), draft, input, spec.commandLine().getErr());
        PrintWriter out = spec.commandLine().getOut();
        out.println("changed " + name + " in " + draft.place());
        out.flush();
    }

    private static boolean isDeclared(@Nullable ComponentOverride override) {
        return override != null
                && (override.variables() != null
                        || override.secrets() != null
                        || override.dependencies() != null
                        || override.protocol() != null);
    }
}
