package dev.kitsune.xds.cli;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the virtual environments. */
@Command(
        name = "list",
        aliases = "ls",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Lists the virtual environments with the component versions that each of them overrides itself.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune env list} --dir envs",
            "  ${COMMAND-FULL-NAME:-kitsune env list} --context test -n shop -o name",
            "",
            "Exit codes: 0 printed, 2 called wrongly or no such folder or cluster."
        })
final class EnvListCommand implements Runnable {
    @Mixin
    private final ServedOptions served = new ServedOptions();

    @Mixin
    private final ListOutput output = new ListOutput();

    @Override
    public void run() {
        List<ListedVirtualEnvironment> rows = ListedVirtualEnvironment.all(served.resolved()).stream()
                .filter(row -> served.showsNamespace(row.virtualEnvironment().namespace()))
                .toList();
        output.print(rows, row -> row.name().value(), wide -> table(rows, wide));
    }

    private static Columns table(List<ListedVirtualEnvironment> rows, boolean wide) {
        Columns table = wide
                ? new Columns()
                        .line(
                                "NAME",
                                "NAMESPACE",
                                "ENVIRONMENT",
                                "PARENT",
                                "STATE",
                                "PROBLEMS",
                                "VARIABLES",
                                "UNIQUE TO IT")
                : new Columns().line("NAME", "ENVIRONMENT", "PARENT", "STATE", "UNIQUE TO IT");
        for (ListedVirtualEnvironment row : rows) {
            String environment = row.virtualEnvironment().environment();
            var parent = row.virtualEnvironment().parent();
            String base = environment.isEmpty() ? "-" : environment;
            String above = parent == null ? "-" : parent.value();
            String own = orDash(row.components().entrySet().stream()
                    .map(component -> component.getKey() + "@" + component.getValue())
                    .toList());
            if (wide) {
                table.line(
                        row.name().value(),
                        row.virtualEnvironment().namespace(),
                        base,
                        above,
                        row.state().name(),
                        Integer.toString(row.problems()),
                        orDash(row.variables()),
                        own);
            } else {
                table.line(row.name().value(), base, above, row.state().name(), own);
            }
        }
        return table;
    }

    private static String orDash(List<String> texts) {
        return texts.isEmpty() ? "-" : texts.stream().collect(Collectors.joining(", "));
    }
}
