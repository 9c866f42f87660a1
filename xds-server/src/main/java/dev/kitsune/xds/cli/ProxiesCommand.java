package dev.kitsune.xds.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kitsune.envoy.TypeNames;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import net.greypanther.natsort.CaseInsensitiveSimpleNaturalComparator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows whether the proxies of a running server are in sync. */
@Command(
        name = "proxies",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Shows the proxies of a running `serve`, a line for each, with a column for each type of resource:",
            "  SYNCED    it has acknowledged everything",
            "  STALE     something is to be sent to it, or to be acknowledged by it",
            "  NACK      it rejected a resource, and keeps the earlier version; the reason is below the table",
            "  NOT SENT  it has asked for none",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune proxies}",
            "  ${COMMAND-FULL-NAME:-kitsune proxies} --out-of-sync -o name",
            "",
            "Exit codes: 0 all are in sync, 1 some are not, 2 called wrongly, or no `serve` answers."
        })
final class ProxiesCommand implements Callable<Integer> {
    @Mixin
    private final ServerOptions server = new ServerOptions();

    @Option(names = "--out-of-sync", description = "Show only proxies that are not in sync.")
    private boolean outOfSync;

    @Mixin
    private final ListOutput output = new ListOutput();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<JsonNode> all = server.ask(client -> client.all("/api/proxies"));
        List<JsonNode> shown = all.stream()
                .filter(proxy -> !outOfSync || !isInSync(proxy))
                .sorted(Comparator.comparing(
                        proxy -> proxy.path("node").asText(),
                        CaseInsensitiveSimpleNaturalComparator.<String>getInstance()))
                .toList();
        output.print(shown, proxy -> proxy.path("node").asText(), wide -> table(shown, wide));
        if (output.isForPeople()) {
            refusals(shown);
        }
        return all.stream().allMatch(ProxiesCommand::isInSync) ? ExitCode.OK : ExitCode.FAILED;
    }

    private static boolean isInSync(JsonNode proxy) {
        return proxy.path("sync").valueStream().noneMatch(state -> List.of("STALE", "NACK")
                .contains(state.asText()));
    }

    private static Columns table(List<JsonNode> proxies, boolean wide) {
        List<String> titles = new ArrayList<>(List.of("NODE", "ROLE", "COMPONENT"));
        TypeNames.IN_ORDER.forEach(type -> titles.add(TypeNames.plural(type).toUpperCase(Locale.ROOT)));
        titles.add("AGE");
        if (wide) {
            titles.add("SCOPES");
        }
        Columns table = new Columns().line(titles.toArray(String[]::new));
        Instant now = Instant.now();
        for (JsonNode proxy : proxies) {
            List<String> cells = new ArrayList<>(List.of(
                    proxy.path("node").asText(),
                    proxy.path("role").asText(),
                    proxy.path("component").isTextual()
                            ? proxy.path("component").asText()
                            : "-"));
            TypeNames.IN_ORDER.forEach(type -> cells.add(state(proxy, TypeNames.singular(type), wide)));
            cells.add(age(Duration.between(Instant.parse(proxy.path("since").asText()), now)));
            if (wide) {
                cells.add(proxy.path("scopes").asText());
            }
            table.line(cells.toArray(String[]::new));
        }
        return table;
    }

    private static String state(JsonNode proxy, String type, boolean wide) {
        String state = proxy.path("sync").path(type).asText().replace('_', ' ');
        return wide && proxy.path("held").has(type)
                ? state + " " + proxy.path("held").path(type).asInt()
                : state;
    }

    private static String age(Duration age) {
        if (age.toDays() > 0) {
            return age.toDays() + "d";
        }
        if (age.toHours() > 0) {
            return age.toHours() + "h";
        }
        return age.toMinutes() > 0 ? age.toMinutes() + "m" : Math.max(0, age.toSeconds()) + "s";
    }

    private void refusals(List<JsonNode> proxies) {
        PrintWriter out = spec.commandLine().getOut();
        proxies.forEach(proxy -> proxy.path("refused").forEach(refusal -> {
            out.println();
            out.println(proxy.path("node").asText() + " refuses the "
                    + refusal.path("type").asText() + " "
                    + refusal.path("name").asText() + " since "
                    + refusal.path("at").asText() + ":");
            out.println("  " + refusal.path("detail").asText());
        }));
        out.flush();
    }
}
