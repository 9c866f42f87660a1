package dev.kitsune.xds.edit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.CollectionNode;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The text of a file of YAML. A change touches only the characters of its field, so that comments, the order of fields and
 * the style of the user stay.
 */
public record YamlText(String text) {
    /** The text cannot be changed by a program, and its user has to do it. */
    public static final class UneditableException extends Exception {
        private static final long serialVersionUID = 1;

        UneditableException(String message) {
            super(message);
        }
    }

    /** Returns a new document: each field of the spec is a line. */
    public static YamlText of(ObjectNode object) {
        StringBuilder text = new StringBuilder();
        object.properties().forEach(field -> {
            if (field.getKey().equals("spec")) {
                text.append("spec:\n");
                field.getValue().properties().forEach(inner -> text.append("  ")
                        .append(YamlValue.print(inner.getKey()))
                        .append(": ")
                        .append(YamlValue.print(inner.getValue()))
                        .append('\n'));
            } else {
                text.append(field.getKey())
                        .append(": ")
                        .append(YamlValue.print(field.getValue()))
                        .append('\n');
            }
        });
        return new YamlText(text.toString());
    }

    /**
     * Makes changes in one document.
     *
     * @param line the line of the document's first field, from 1
     */
    public YamlText with(int line, List<FieldChange> changes) throws UneditableException {
        YamlText edited = this;
        for (FieldChange change : changes) {
            edited = edited.with(line, change);
        }
        return edited;
    }

    private YamlText with(int line, FieldChange change) throws UneditableException {
        MappingNode document = document(line);
        StringBuilder edited = new StringBuilder(text);
        JsonNode value = change.value();
        if (value == null) {
            remove(document, change.path(), edited);
        } else {
            set(document, change.path(), value, edited);
        }
        YamlText result = new YamlText(edited.toString());
        ObjectNode wanted = (ObjectNode) json(document);
        change.in(wanted);
        if (!json(result.document(line)).equals(json(new Yaml().compose(new StringReader(YamlValue.print(wanted)))))) {
            throw new UneditableException("the field " + String.join(".", change.path())
                    + " is written in a way that cannot be changed by a command: change it in an editor");
        }
        return result;
    }

    /** Returns the text without a document and its separator. {@code line}: of the document's first field, from 1 */
    public YamlText without(int line) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        int begin = line - 1;
        while (begin > 0 && !isSeparator(lines.get(begin - 1))) {
            begin--;
        }
        int end = line;
        while (end < lines.size() && !isSeparator(lines.get(end))) {
            end++;
        }
        boolean isFirst = begin == 0;
        // The separator before the document goes with it, and that behind it if it is the first.
        lines.subList(isFirst ? 0 : begin - 1, isFirst && end < lines.size() ? end + 1 : end)
                .clear();
        return new YamlText(lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
    }

    private static boolean isSeparator(String line) {
        return line.stripTrailing().equals("---") || line.startsWith("--- ");
    }

    private MappingNode document(int line) throws UneditableException {
        try {
            for (Node root : new Yaml(new LoaderOptions()).composeAll(new StringReader(text))) {
                if (root instanceof MappingNode mapping && root.getStartMark().getLine() + 1 == line) {
                    return mapping;
                }
            }
        } catch (YAMLException e) {
            throw new UneditableException("the file is no valid YAML: `kitsune check` says where");
        }
        throw new UneditableException("the object is not at line " + line + " any more: call the command again");
    }

    private void set(MappingNode at, List<String> path, JsonNode value, StringBuilder edited) {
        String name = path.get(0);
        Node there = find(at, name);
        if (path.size() > 1 && there instanceof MappingNode inner) {
            set(inner, path.subList(1, path.size()), value, edited);
            return;
        }
        JsonNode whole = nested(path.subList(1, path.size()), value);
        if (there != null) {
            edited.replace(start(there), end(there), YamlValue.print(whole));
        } else {
            add(at, YamlValue.print(name) + ": " + YamlValue.print(whole), edited);
        }
    }

    private static JsonNode nested(List<String> path, JsonNode value) {
        if (path.isEmpty()) {
            return value;
        }
        ObjectNode outer = JsonNodeFactory.instance.objectNode();
        outer.set(path.get(0), nested(path.subList(1, path.size()), value));
        return outer;
    }

    private void add(MappingNode at, String field, StringBuilder edited) {
        List<NodeTuple> fields = at.getValue();
        if (at.getFlowStyle() == FlowStyle.FLOW) {
            int brace = end(at) - 1;
            int last = fields.isEmpty()
                    ? start(at) + 1
                    : end(fields.get(fields.size() - 1).getValueNode());
            edited.replace(last, brace, (fields.isEmpty() ? "" : ", ") + field);
            return;
        }
        NodeTuple last = fields.get(fields.size() - 1);
        int line = endOfLine(end(last.getValueNode()));
        String indent = " ".repeat(last.getKeyNode().getStartMark().getColumn());
        boolean isEnded = line > 0 && text.charAt(line - 1) == '\n';
        edited.insert(line, (isEnded ? "" : "\n") + indent + field + "\n");
    }

    private void remove(MappingNode at, List<String> path, StringBuilder edited) {
        NodeTuple field = tuple(at, path.get(0));
        if (field == null) {
            return;
        }
        if (path.size() > 1) {
            List<String> rest = path.subList(1, path.size());
            if (!(field.getValueNode() instanceof MappingNode inner) || tuple(inner, rest.get(0)) == null) {
                return;
            }
            if (!isEmptyWithout(inner, rest)) {
                remove(inner, rest, edited);
                return;
            }
        }
        int index = at.getValue().indexOf(field);
        if (at.getFlowStyle() == FlowStyle.FLOW) {
            boolean isLast = index == at.getValue().size() - 1;
            int from =
                    index > 0 && isLast ? end(at.getValue().get(index - 1).getValueNode()) : start(field.getKeyNode());
            int to = isLast
                    ? end(field.getValueNode())
                    : start(at.getValue().get(index + 1).getKeyNode());
            edited.delete(from, to);
        } else {
            edited.delete(text.lastIndexOf('\n', start(field.getKeyNode())) + 1, endOfLine(end(field.getValueNode())));
        }
    }

    /** Whether nothing is left of a mapping when a field in it is removed. */
    private static boolean isEmptyWithout(MappingNode at, List<String> path) {
        if (at.getValue().size() > 1) {
            return false;
        }
        Node only = find(at, path.get(0));
        return path.size() == 1
                || (only instanceof MappingNode inner && isEmptyWithout(inner, path.subList(1, path.size())));
    }

    private static @Nullable Node find(MappingNode at, String name) {
        NodeTuple tuple = tuple(at, name);
        return tuple == null ? null : tuple.getValueNode();
    }

    private static @Nullable NodeTuple tuple(MappingNode at, String name) {
        return at.getValue().stream()
                .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode key
                        && key.getValue().equals(name))
                .findFirst()
                .orElse(null);
    }

    private int start(Node node) {
        return offset(node.getStartMark().getIndex());
    }

    /** The mark behind a block stands at the next token, behind comments that are not of the block. */
    private int end(Node node) {
        if (node instanceof CollectionNode<?> collection && collection.getFlowStyle() != FlowStyle.FLOW) {
            if (node instanceof MappingNode mapping && !mapping.getValue().isEmpty()) {
                return end(mapping.getValue().get(mapping.getValue().size() - 1).getValueNode());
            }
            if (node instanceof SequenceNode sequence && !sequence.getValue().isEmpty()) {
                return end(sequence.getValue().get(sequence.getValue().size() - 1));
            }
        }
        return offset(node.getEndMark().getIndex());
    }

    /** Marks count code points. */
    private int offset(int codePoints) {
        return text.offsetByCodePoints(0, codePoints);
    }

    /** Returns where the next line begins, or the position itself where a line begins. */
    private int endOfLine(int from) {
        if (from > 0 && text.charAt(from - 1) == '\n') {
            return from;
        }
        int line = text.indexOf('\n', from);
        return line < 0 ? text.length() : line + 1;
    }

    /** Only its shape and texts count, because the types of plain scalars are the reader's business. */
    private static JsonNode json(Node node) {
        if (node instanceof MappingNode mapping) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            mapping.getValue().forEach(tuple -> object.set(text(tuple.getKeyNode()), json(tuple.getValueNode())));
            return object;
        }
        if (node instanceof SequenceNode sequence) {
            return JsonNodeFactory.instance
                    .arrayNode()
                    .addAll(sequence.getValue().stream().map(YamlText::json).toList());
        }
        return JsonNodeFactory.instance.textNode(text(node));
    }

    private static String text(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }
}
