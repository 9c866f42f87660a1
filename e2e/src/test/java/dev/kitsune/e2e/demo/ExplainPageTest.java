package dev.kitsune.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.xds.cli.KitsuneCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * The examples of {@code docs/explain.md} are the program's own output. {@code -Dkitsune.golden=update} writes them
 * again.
 */
class ExplainPageTest {
    private static final Path PAGE = Path.of("..", "docs", "explain.md");
    private static final Path DEMO = Path.of("src", "main", "resources", "demo");
    private static final Pattern BLOCK = Pattern.compile("```\n(\\$ kitsune .*?)```\n", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    @Test
    void showsWhatTheProgramPrints() throws Exception {
        String page = Files.readString(PAGE);
        String fresh = BLOCK.matcher(page).replaceAll(block -> Matcher.quoteReplacement(printed(block.group(1))));
        if ("update".equals(System.getProperty("kitsune.golden"))) {
            Files.writeString(PAGE, fresh);
        } else {
            assertThat(page).isEqualTo(fresh);
        }
    }

    private static String printed(String block) {
        StringBuilder text = new StringBuilder("```\n");
        block.lines().filter(line -> line.startsWith("$ ")).forEach(line -> text.append(
                        text.toString().endsWith("```\n") ? "" : "\n")
                .append(line)
                .append('\n')
                .append(run(line)));
        return text.append("```\n").toString();
    }

    private static String run(String line) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(line.substring("$ kitsune ".length()));
        while (matcher.find()) {
            String word = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
            words.add(word.equals("demo") ? DEMO.toString() : word);
        }
        StringWriter out = new StringWriter();
        KitsuneCommand.commandLine("kitsune")
                .setOut(new PrintWriter(out))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .execute(words.toArray(String[]::new));
        return out.toString();
    }
}
