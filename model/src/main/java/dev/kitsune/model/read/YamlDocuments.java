package dev.kitsune.model.read;

import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;

/** The documents of a text as nodes with their places; those in front of the first broken one where one is broken. */
record YamlDocuments(List<Node> roots, List<Problem> problems) {
    /** Deeper than any kind needs, and shallow enough for every stack. */
    static final int MAX_DEPTH = 50;
    /** Twice what Kubernetes stores for one object. */
    static final int MAX_DOCUMENT = 3 * 1024 * 1024;

    static final int MAX_TEXT = 64 * 1024 * 1024;

    static YamlDocuments compose(String file, String text) {
        List<Node> roots = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        if (text.length() > MAX_TEXT) {
            problems.add(unreadable(new Position(file, 1, 1), "it is larger than 64 MB; split it"));
            return new YamlDocuments(roots, problems);
        }
        try {
            for (Node root : new Yaml(options()).composeAll(new StringReader(text))) {
                if (isEmpty(root)) {
                    continue;
                }
                Expansion.Refusal refusal = Expansion.check(root);
                if (refusal == null) {
                    roots.add(root);
                } else {
                    problems.add(unreadable(position(file, refusal.node().getStartMark()), refusal.reason()));
                }
            }
        } catch (MarkedYAMLException e) {
            problems.add(unreadable(position(file, e.getProblemMark()), words(e)));
        } catch (ReaderException e) {
            problems.add(unreadable(
                    position(file, text, e.getPosition()),
                    String.format("the character U+%04X is not allowed; write it as an escape", e.getCodePoint())));
        } catch (YAMLException e) {
            problems.add(unreadable(lastPlace(file, roots), bound(String.valueOf(e.getMessage()))));
        }
        return new YamlDocuments(roots, problems);
    }

    private static LoaderOptions options() {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setCodePointLimit(MAX_DOCUMENT);
        // Expansion limits what aliases expand to, however many there are.
        options.setMaxAliasesForCollections(Integer.MAX_VALUE);
        return options;
    }

    private static boolean isEmpty(Node root) {
        return root instanceof ScalarNode scalar && scalar.isPlain() && Tag.NULL.equals(scalar.getTag());
    }

    private static Problem unreadable(Position position, String why) {
        return new Problem(ProblemCode.UnreadableFile, position, null, "cannot be read as YAML: " + why);
    }

    private static String words(MarkedYAMLException e) {
        String problem = e.getProblem() == null ? "it is malformed" : e.getProblem();
        return Quote.oneLine(e.getContext() == null ? problem : problem + " (" + e.getContext() + ")");
    }

    /** An exceeded limit is the only error without a position. */
    private static String bound(String message) {
        return message.startsWith("Nesting")
                ? "it nests deeper than " + MAX_DEPTH + " levels"
                : "a document is larger than 3 MB; split it (" + Quote.oneLine(message) + ")";
    }

    private static Position position(String file, @Nullable Mark mark) {
        return mark == null ? new Position(file, 1, 1) : new Position(file, mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** Problems with the stream itself know the number of the code point only. */
    private static Position position(String file, String text, int codePoint) {
        int at = Math.min(Math.max(codePoint, 0), text.codePointCount(0, text.length()));
        String before = text.substring(0, text.offsetByCodePoints(0, at));
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        int start = before.lastIndexOf('\n') + 1;
        return new Position(file, line, before.codePointCount(start, before.length()) + 1);
    }

    private static Position lastPlace(String file, List<Node> roots) {
        return roots.isEmpty()
                ? new Position(file, 1, 1)
                : position(file, roots.get(roots.size() - 1).getEndMark());
    }
}
