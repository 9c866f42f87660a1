package dev.kitsune.xds.cli;

import java.io.PrintWriter;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option {@code -o} of commands whose result is a table to people. */
final class TableOutput {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private TableFormat format;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec command;

    /** {@code table}: prints the result as people read it */
    void print(Object result, Consumer<PrintWriter> table) {
        PrintWriter out = command.commandLine().getOut();
        if (format == TableFormat.table) {
            table.accept(out);
        } else {
            out.print(format.print(result));
        }
        out.flush();
    }
}
