package dev.kitsune.xds.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kitsune.k8s.schema.EditorSchema;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the schema by which an editor helps to write manifests. */
@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Prints the JSON Schema (draft 7) of the manifests. An editor with yaml-language-server, such as VS Code, Neovim"
                    + " or Emacs, then completes fields, shows what they mean, and marks mistakes while you type.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune schema} > kitsune.schema.json",
            "",
            "Begin each file with this line, which names the schema relative to the file:",
            "  # yaml-language-server: $schema=kitsune.schema.json",
            "",
            "`${ROOT-COMMAND-NAME:-kitsune} check` finds more, because it sees all objects together.",
            "",
            "Exit codes: 0 printed, 2 called wrongly."
        })
final class SchemaCommand implements Runnable {
    /** The forms of one document. */
    enum SchemaFormat {
        json,
        yaml
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "json",
            description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private SchemaFormat format;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        JsonNode schema = EditorSchema.ofAllKinds();
        out.print((format == SchemaFormat.yaml ? OutputFormat.yaml : OutputFormat.json).print(schema));
        out.flush();
    }
}
