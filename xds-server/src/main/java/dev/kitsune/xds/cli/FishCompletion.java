package dev.kitsune.xds.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes the completion script for fish, which picocli does not know. */
final class FishCompletion {
    /** Options whose values are names in the folder of --dir, with the sort of name. */
    private static final Map<String, String> NAMES = Map.of(
            "--env", "environments",
            "--parent", "environments",
            "--app", "apps",
            "--from", "components",
            "--component", "components",
            "--id", "workloads");

    /** Commands whose arguments are names of virtual environments. */
    private static final List<String> NAMED =
            List.of("diff", "history", "release", "rollback", "show", "set", "delete", "use");

    private static final String HEAD = """
            # Completes kitsune in fish.
            function __kitsune_names
                set -l words (commandline -opc)
                set -l dir
                for i in (seq (count $words))
                    if string match -q -- '--dir=*' $words[$i]
                        set dir (string replace -- '--dir=' '' $words[$i])
                    else if test "$words[$i]" = --dir; and test $i -lt (count $words)
                        set dir $words[(math $i + 1)]
                    end
                end
                test -d "$dir"; and command $words[1] names $argv[1] --dir $dir 2>/dev/null
            end
            complete -c kitsune -f
            """;

    private final List<String> lines = new ArrayList<>();

    private FishCompletion() {}

    static String of(CommandLine root) {
        FishCompletion script = new FishCompletion();
        script.commands(root, "__fish_use_subcommand");
        return HEAD + String.join("\n", script.lines) + "\n";
    }

    private void commands(CommandLine parent, String condition) {
        parent.getSubcommands().forEach((name, command) -> {
            CommandSpec spec = command.getCommandSpec();
            if (spec.usageMessage().hidden()) {
                return;
            }
            add(
                    condition,
                    "-a " + name + " -d " + quoted(first(spec.usageMessage().description())));
            String inside = "__fish_seen_subcommand_from " + name;
            spec.options().forEach(option -> option(option, inside));
            if (spec.positionalParameters().stream().anyMatch(FishCompletion::isFile)) {
                add(inside, "-F");
            }
            if (NAMED.contains(name)) {
                add(inside, "-a '(__kitsune_names environments)'");
            }
            if (!command.getSubcommands().isEmpty()) {
                String names = command.getSubcommands().keySet().stream().collect(Collectors.joining(" "));
                commands(command, inside + "; and not __fish_seen_subcommand_from " + names);
            }
        });
    }

    private void option(OptionSpec option, String condition) {
        StringBuilder line = new StringBuilder();
        for (String name : option.names()) {
            line.append(name.startsWith("--") ? "-l " : "-s ")
                    .append(name.replaceFirst("^--?", ""))
                    .append(' ');
        }
        if (option.arity().max() > 0) {
            String sort = NAMES.get(option.longestName());
            if (sort != null) {
                line.append("-x -a '(__kitsune_names ").append(sort).append(")' ");
            } else if (option.completionCandidates() != null) {
                List<String> values = new ArrayList<>();
                option.completionCandidates().forEach(values::add);
                line.append("-x -a ").append(quoted(String.join(" ", values))).append(' ');
            } else {
                line.append("-r -F ");
            }
        }
        add(condition, line + "-d " + quoted(first(option.description())));
    }

    private static boolean isFile(PositionalParamSpec parameter) {
        return parameter.type() == Path.class || parameter.auxiliaryTypes()[0] == Path.class;
    }

    private void add(String condition, String rest) {
        lines.add("complete -c kitsune -n " + quoted(condition) + " " + rest);
    }

    /** Returns the first sentence, or less of it. */
    private static String first(String... description) {
        String text = String.join(" ", description).strip();
        int end = text.indexOf(". ");
        String sentence = end < 0 ? text : text.substring(0, end);
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
