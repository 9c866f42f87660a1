package dev.kitsune.xds.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.xds.inspect.VirtualEnvironmentFacts;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows one virtual environment. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Shows a virtual environment with everything that it inherits: the version of each component, the value of each"
                    + " variable, the place of each secret, and where each of them comes from. Values of secrets are never"
                    + " shown.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune env show} my-idea --dir envs",
            "  ${COMMAND-FULL-NAME:-kitsune env show} my-idea --dir envs -o json | jq .components",
            "",
            "Exit codes: 0 printed, 2 called wrongly or no such virtual environment."
        })
final class EnvShowCommand implements Runnable {
    @Parameters(paramLabel = "ENV", description = "The virtual environment.")
    @SuppressWarnings("NullAway.Init") // required
    private VirtualEnvironmentName name;

    @Mixin
    private final ServedOptions served = new ServedOptions();

    @Mixin
    private final TableOutput output = new TableOutput();

    @Override
    public void run() {
        ResolvedInput input = served.resolved();
        ResolvedVirtualEnvironment virtualEnvironment = input.virtualEnvironment(name);
        JsonNode shown = VirtualEnvironmentFacts.shown(virtualEnvironment, input.snapshot());
        output.print(shown, out -> print(shown, out, input));
    }

    private void print(JsonNode shown, PrintWriter out, ResolvedInput input) {
        out.println(name + ", of the environment " + shown.path("environment").asText());
        if (shown.path("expired").isTextual()) {
            out.println("It has expired: " + shown.path("expired").asText());
        }
        out.println();
        out.println("It overrides, from the first to the last:");
        shown.path("chain").forEach(link -> out.println("  " + link.asText()));
        Columns apps = new Columns();
        shown.path("apps").forEach(app -> apps.line(text(app, "app"), text(app, "appDeployment"), text(app, "origin")));
        section("Apps", apps, out);
        Columns components = new Columns();
        shown.path("components")
                .forEach(component -> components.line(
                        text(component, "component"),
                        text(component, "version"),
                        endpoints(component.path("endpoints").asInt()),
                        text(component, "origin")));
        section("Components", components, out);
        Columns variables = new Columns();
        shown.path("variables")
                .forEach(variable ->
                        variables.line(text(variable, "name"), text(variable, "value"), text(variable, "origin")));
        section("Variables", variables, out);
        Columns secrets = new Columns();
        shown.path("secrets")
                .forEach(secret -> secrets.line(
                        text(secret, "name"),
                        text(secret, "location") + (secret.path("present").asBoolean() ? "" : " (missing)"),
                        text(secret, "origin")));
        section("Secrets", secrets, out);
        Columns adapters = new Columns();
        shown.path("adapters").forEach(adapter -> adapters.line(text(adapter, "name"), text(adapter, "address")));
        section("Adapters", adapters, out);
        Columns problems = new Columns();
        shown.path("problems")
                .forEach(problem ->
                        problems.line(text(problem, "severity"), text(problem, "code"), text(problem, "message")));
        section("Problems", problems, out);
        out.println();
        RequestHint.of(name, input).forEach(out::println);
    }

    private static String endpoints(int number) {
        return number == 0 ? "nothing serves it" : Count.of(number, "endpoint");
    }

    private static String text(JsonNode row, String field) {
        return row.path(field).asText();
    }

    private static void section(String title, Columns lines, PrintWriter out) {
        if (!lines.isEmpty()) {
            out.println();
            out.println(title);
            lines.print("  ").forEach(out::println);
        }
    }
}
