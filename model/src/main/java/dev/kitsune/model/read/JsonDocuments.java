package dev.kitsune.model.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads JSON as YAML nodes. JSON is nearly a subset of YAML, except for keys of more than 1,024 characters, tabs at the
 * beginning of lines, and several objects in one text.
 */
final class JsonDocuments {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            // The size of the whole document is limited elsewhere.
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(YamlDocuments.MAX_DEPTH)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final JsonParser parser;
    private final int firstLine;
    private final int firstColumn;

    private JsonDocuments(JsonParser parser, int firstLine, int firstColumn) {
        this.parser = parser;
        this.firstLine = firstLine;
        this.firstColumn = firstColumn;
    }

    /** Returns every object of a text that is entirely JSON; null for any other text, which may still be YAML. */
    static @Nullable List<Node> compose(DocumentSplit.DocumentPiece piece) {
        String text = piece.text();
        int start = text.startsWith("\uFEFF") ? 1 : 0;
        start += text.startsWith("---", start) ? 3 : 0;
        int line = piece.line();
        int column = start;
        while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
            boolean breaks = text.charAt(start) == '\n';
            line += breaks ? 1 : 0;
            column = breaks ? 0 : column + 1;
            start++;
        }
        if (start == text.length() || (text.charAt(start) != '{' && text.charAt(start) != '[')) {
            return null;
        }
        char[] json = text.substring(start).toCharArray();
        try (JsonParser parser = FACTORY.createParser(json)) {
            JsonDocuments documents = new JsonDocuments(parser, line, column);
            List<Node> roots = new ArrayList<>();
            while (parser.nextToken() != null) {
                roots.add(documents.node());
            }
            return roots;
        } catch (IOException e) {
            return null;
        }
    }

    private Node node() throws IOException {
        Mark start = mark();
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                List<NodeTuple> entries = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    Node key = scalar(Tag.STR, ScalarStyle.DOUBLE_QUOTED, mark());
                    parser.nextToken();
                    entries.add(new NodeTuple(key, node()));
                }
                yield new MappingNode(Tag.MAP, true, entries, start, mark(), FlowStyle.FLOW);
            }
            case START_ARRAY -> {
                List<Node> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(node());
                }
                yield new SequenceNode(Tag.SEQ, true, elements, start, mark(), FlowStyle.FLOW);
            }
            case VALUE_STRING -> scalar(Tag.STR, ScalarStyle.DOUBLE_QUOTED, start);
            default -> scalar(Tags.PLAIN, ScalarStyle.PLAIN, start);
        };
    }

    private Node scalar(Tag tag, ScalarStyle style, Mark start) throws IOException {
        return new ScalarNode(tag, true, parser.getText(), start, start, style);
    }

    private Mark mark() {
        JsonLocation at = parser.currentTokenLocation();
        int line = at.getLineNr() - 1;
        int column = at.getColumnNr() - 1;
        return new Mark("", 0, firstLine + line, line == 0 ? firstColumn + column : column, new int[0], 0);
    }
}
