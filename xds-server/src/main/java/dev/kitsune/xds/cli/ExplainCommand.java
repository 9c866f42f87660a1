package dev.kitsune.xds.cli;

import dev.kitsune.envoy.trace.RequestHeaders;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.explain.Explainer;
import dev.kitsune.xds.explain.Explanation;
import dev.kitsune.xds.explain.Met;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Answers "why did this request go there?" for a folder. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Shows why a request takes its route: its virtual environment and the source that names it, every rule in"
                    + " order with the reason why it is used or not, the component version with the line that selects"
                    + " it, and the values that the app gets. It uses the same configuration as Envoys. No Envoy has"
                    + " to run.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune explain} --dir envs --env cart-fix --url http://shop.localhost/items",
            "  ${COMMAND-FULL-NAME:-kitsune explain} --dir envs --env cart-fix --from frontend --url http://cart/",
            "  ${COMMAND-FULL-NAME:-kitsune explain} --dir envs -H 'baggage: kitsune-env=main' --url http://shop.localhost/",
            "",
            "Secrets are shown by their positions, never by their values.",
            "",
            "Exit codes: 0 a component or adapter gets the request, 1 Kitsune answers it itself, 2 called wrongly."
        })
final class ExplainCommand implements Callable<Integer> {
    @Mixin
    private final ServedOptions served = new ServedOptions();

    @Option(
            names = "--env",
            paramLabel = "ENVIRONMENT",
            description = "Its virtual environment, as in the header. Without it the URL and the headers decide alone.")
    private @Nullable VirtualEnvironmentName virtualEnvironment;

    @Option(
            names = "--from",
            paramLabel = "COMPONENT[@VERSION]",
            description = "The calling component. Its default version is the virtual environment's. Without it the"
                    + " request comes from outside.")
    private @Nullable String from;

    @Option(names = "--url", required = true, paramLabel = "URL", description = "Such as http://shop.localhost/items.")
    @SuppressWarnings("NullAway.Init") // required
    private String url;

    @Option(
            names = {"-X", "--method"},
            paramLabel = "METHOD",
            defaultValue = "GET",
            description = "Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private String method;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "'NAME: VALUE'",
            description = "A header line; may be repeated. A Host line replaces the URL's host.")
    private List<String> headers = new ArrayList<>();

    @Mixin
    private final TableOutput output = new TableOutput();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        ResolvedInput folder = served.resolved();
        URI target = target();
        String contextHeader = folder.snapshot().platform().context().header();
        List<RequestHeaders.HeaderLine> lines = new ArrayList<>();
        if (virtualEnvironment != null) {
            lines.add(new RequestHeaders.HeaderLine(
                    contextHeader,
                    folder.virtualEnvironment(virtualEnvironment).name().value()));
        }
        headers.forEach(header -> lines.add(line(header)));
        RequestHeaders request = RequestHeaders.of(
                method.toUpperCase(Locale.ROOT),
                host(lines).orElse(target.getRawAuthority()),
                path(target),
                lines.stream().filter(line -> !line.name().equals("host")).toList());
        Platform platform = folder.snapshot().platform();
        Optional<ResolvedVirtualEnvironment> meant = first(contextHeader, lines)
                .map(VirtualEnvironmentName::new)
                .or(() -> Optional.ofNullable(platform.defaultVirtualEnvironment()))
                .flatMap(name -> Optional.ofNullable(Met.of(
                                name,
                                first(platform.context().deploymentHeader(), lines)
                                        .orElse(null),
                                folder.snapshot())
                        .virtualEnvironment()));
        Explainer explainer = new Explainer(
                folder.catalog(), folder.snapshot(), folder.releases().statuses(), Instant.now());
        ComponentVersion caller = from == null
                ? null
                : folder.component(from, any -> {
                    ComponentVersion first = meant.flatMap(e -> version(any, e)).orElse(any);
                    return settled(explainer.explain(url, first, request), folder.snapshot())
                            .or(() -> meant);
                });
        Explanation explanation = explainer.explain(url, caller, request);
        output.print(explanation, out -> print(explanation, out));
        return explanation.answer() == null ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Returns the version of the same component that a virtual environment runs. */
    private static Optional<ComponentVersion> version(
            ComponentVersion any, ResolvedVirtualEnvironment virtualEnvironment) {
        return Optional.ofNullable(virtualEnvironment.components().get(any.name()))
                .map(ResolvedVirtualEnvironment.ResolvedComponent::version);
    }

    /** Returns the virtual environment of a call, whatever source names it. */
    private static Optional<ResolvedVirtualEnvironment> settled(Explanation explanation, Snapshot snapshot) {
        Explanation.Selected selected = explanation.deployment();
        return Optional.ofNullable(
                Met.of(explanation.context().virtualEnvironment(), selected == null ? null : selected.name(), snapshot)
                        .virtualEnvironment());
    }

    /** Such a line has the same meaning as the URL's host, and replaces it. */
    private static Optional<String> host(List<RequestHeaders.HeaderLine> lines) {
        List<String> hosts = lines.stream()
                .filter(line -> line.name().equals("host"))
                .map(RequestHeaders.HeaderLine::value)
                .toList();
        if (hosts.size() > 1) {
            throw CommandException.usage("-H 'Host: " + hosts.get(1)
                    + "': a request has one host, and there is -H 'Host: " + hosts.get(0) + "' already");
        }
        return hosts.stream().findFirst();
    }

    private static Optional<String> first(String header, List<RequestHeaders.HeaderLine> lines) {
        return lines.stream()
                .filter(line -> line.name().equalsIgnoreCase(header))
                .findFirst()
                .map(RequestHeaders.HeaderLine::value);
    }

    private void print(Explanation explanation, PrintWriter out) {
        for (ExplanationText.Line line : ExplanationText.of(explanation)) {
            List<picocli.CommandLine.Help.Ansi.IStyle> styles = line.chosen() ? List.of(Style.bold) : List.of();
            out.println(spec.commandLine().getColorScheme().apply(line.text(), styles));
        }
    }

    private URI target() {
        String whole = url.contains("://") ? url : "http://" + url;
        try {
            URI target = new URI(whole);
            if (target.getRawAuthority() != null) {
                return target;
            }
        } catch (URISyntaxException e) {
            throw CommandException.usage(
                    "--url " + url + ": " + e.getReason() + "; such characters are percent-encoded in a URL");
        }
        throw CommandException.usage("--url " + url + ": name a host as well, such as http://shop.localhost/items");
    }

    private static String path(URI target) {
        String path = target.getRawPath().isEmpty() ? "/" : target.getRawPath();
        return path + (target.getRawQuery() == null ? "" : "?" + target.getRawQuery());
    }

    private static RequestHeaders.HeaderLine line(String header) {
        int colon = header.indexOf(':');
        if (colon <= 0) {
            throw CommandException.usage("-H '" + header + "': expected 'NAME: VALUE'");
        }
        return new RequestHeaders.HeaderLine(
                header.substring(0, colon).strip(), header.substring(colon + 1).strip());
    }
}
