package dev.kitsune.model.read;

import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Fault;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.scanner.ScannerImpl;

/** The readable documents of a text, as nodes with their positions. */
record YamlDocuments(List<Node> roots, List<Problem> problems) {
    /** Deeper than any kind needs, and shallow enough for every stack. */
    static final int MAX_DEPTH = 50;
    /** Twice what Kubernetes stores for one object. */
    static final int MAX_DOCUMENT = 3 * 1024 * 1024;

    static final int MAX_TEXT = 64 * 1024 * 1024;

    static {
        // YAML has this escape since 1.2, for JSON. SnakeYAML reads YAML 1.1.
        ScannerImpl.ESCAPE_REPLACEMENTS.put('/', "/");
    }

    static YamlDocuments compose(String file, String text) {
        List<Node> roots = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        if (text.length() > MAX_TEXT) {
            problems.add(unreadable(new Position(file, 1, 1), "it is larger than 64 MB; split it"));
            return new YamlDocuments(roots, problems);
        }
        for (DocumentSplit.DocumentPiece piece : DocumentSplit.of(text)) {
            compose(file, piece, roots, problems);
        }
        return new YamlDocuments(roots, problems);
    }

    private static void compose(
            String file, DocumentSplit.DocumentPiece piece, List<Node> roots, List<Problem> problems) {
        if (piece.text().length() > MAX_DOCUMENT) {
            problems.add(unreadable(
                    new Position(file, piece.line() + 1, 1),
                    "this document is larger than 3 MB; split it, or remove comments"));
            return;
        }
        try {
            for (Node root : nodes(piece)) {
                if (isEmpty(root)) {
                    continue;
                }
                Expansion.ExcessiveExpansion refusal = Expansion.check(root);
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
                    position(file, piece, e.getPosition()),
                    String.format("the character U+%04X is not allowed; write it as an escape", e.getCodePoint())));
        } catch (YAMLException e) {
            problems.add(unreadable(new Position(file, piece.line() + 1, 1), bound(String.valueOf(e.getMessage()))));
        } catch (RuntimeException | StackOverflowError e) {
            problems.add(unreadable(
                    new Position(file, piece.line() + 1, 1),
                    "the reader fails on it; " + Fault.of(e).sentence()));
        }
    }

    private static List<Node> nodes(DocumentSplit.DocumentPiece piece) {
        List<Node> json = JsonDocuments.compose(piece);
        if (json != null) {
            return json;
        }
        LoaderOptions options = options();
        Composer composer = new Composer(
                new ParserImpl(new WholeText(piece.text(), piece.line()), options), new Tags.ByForm(), options);
        List<Node> nodes = new ArrayList<>();
        while (composer.checkNode()) {
            nodes.add(composer.getNode());
        }
        return nodes;
    }

    private static LoaderOptions options() {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(MAX_DEPTH);
        // No tag constructs anything: an unreadable tag is reported at its position.
        options.setTagInspector(tag -> true);
        // Expansion limits what aliases expand to, however many there are.
        options.setMaxAliasesForCollections(Integer.MAX_VALUE);
        return options;
    }

    private static boolean isEmpty(Node root) {
        return root instanceof ScalarNode scalar
                && Tags.isPlain(scalar)
                && (scalar.getValue().isEmpty() || PlainScalar.of(scalar.getValue()) == PlainScalar.NULL);
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
        return message.startsWith("Nesting") ? "it nests deeper than " + MAX_DEPTH + " levels" : Quote.oneLine(message);
    }

    private static Position position(String file, @Nullable Mark mark) {
        return mark == null ? new Position(file, 1, 1) : new Position(file, mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** Problems with the stream itself know the number of the code point only. */
    private static Position position(String file, DocumentSplit.DocumentPiece piece, int codePoint) {
        String text = piece.text();
        String before = text.substring(0, text.offsetByCodePoints(0, codePoint));
        int line = (int) before.chars().filter(c -> c == '\n').count();
        int start = before.lastIndexOf('\n') + 1;
        return new Position(file, piece.line() + line + 1, before.codePointCount(start, before.length()) + 1);
    }
}
