package dev.kitsune.xds.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option {@code -o} of commands that list objects with names. */
final class ListOutput {
    /** The formats of a list. */
    enum ListFormat {
        table,
        wide,
        json,
        yaml,
        name
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private ListFormat format;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    /** Whether the result is a table, so that sentences may stand below it. */
    boolean isForPeople() {
        return format == ListFormat.table || format == ListFormat.wide;
    }

    /** {@code table}: makes the table, with more columns if it is wide */
    <T> void print(List<T> rows, Function<T, String> name, Function<Boolean, Columns> table) {
        PrintWriter out = command.commandLine().getOut();
        switch (format) {
            case table -> table.apply(false).print("").forEach(out::println);
            case wide -> table.apply(true).print("").forEach(out::println);
            case json -> out.print(OutputFormat.json.print(rows));
            case yaml -> out.print(OutputFormat.yaml.print(rows));
            case name -> rows.forEach(row -> out.println(name.apply(row)));
        }
        out.flush();
    }
}
