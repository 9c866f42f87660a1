package dev.kitsune.model.read;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.problem.ProblemCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * One place in a document. Every read returns a value. For an invalid text it reports a problem and returns a
 * placeholder, which is never used, because the object is left out. In this way the reader of a kind is one expression,
 * and all problems are found.
 */
final class Cursor {
    private final Findings findings;
    private final String path;
    /** Null for a missing field. The reader that asked for it reports whether that is wrong. */
    private final @Nullable Node node;

    Cursor(Findings findings, String path, @Nullable Node node) {
        this(findings, path, node, !path.isEmpty());
    }

    /** {@code placed}: whether somebody may ask for the position of the path later */
    private Cursor(Findings findings, String path, @Nullable Node node, boolean placed) {
        this.findings = findings;
        this.path = path;
        this.node = node;
        if (node != null) {
            if (placed) {
                findings.place(path, node);
            }
            if (!Tags.areRight(node)) {
                problem(
                        ProblemCode.InvalidValue,
                        path() + ": the YAML tag " + Quote.quoted(Tags.written(node))
                                + " is not supported here; remove it");
            }
            whole(node);
        }
    }

    /** An escape can write half of a surrogate pair, which cannot be encoded. */
    private void whole(Node text) {
        if (text instanceof ScalarNode scalar
                && scalar.getValue()
                        .codePoints()
                        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            findings.problem(
                    ProblemCode.InvalidValue,
                    text,
                    path,
                    path() + ": an escape writes half of a surrogate pair; write both halves, or the character itself");
        }
    }

    String path() {
        return path.isEmpty() ? "the document" : Quote.oneLine(path);
    }

    boolean isMapping() {
        return node instanceof MappingNode;
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    /** Whether it is this text, in quotes or not. */
    boolean says(String text) {
        return node instanceof ScalarNode scalar && scalar.getValue().equals(text);
    }

    /** Returns the text of an unquoted scalar; null for all other nodes. */
    @Nullable
    String plain() {
        return node instanceof ScalarNode scalar && Tags.isPlain(scalar) ? scalar.getValue() : null;
    }

    void problem(ProblemCode code, String message) {
        if (node != null) {
            findings.problem(code, node, path, message);
        }
    }

    /** Reports a problem of a field that this mapping does not have. */
    void problemOf(String name, ProblemCode code, String message) {
        if (node != null) {
            problemAt(node, name, code, message);
        }
    }

    void wrongType(String expected) {
        problem(ProblemCode.WrongType, path() + ": expected " + expected + ", found " + found());
    }

    void invalid(String expected) {
        problem(ProblemCode.InvalidValue, path() + ": expected " + expected + ", found " + shown());
    }

    /** Text as written. An unquoted scalar that another reader would change earns a warning. */
    String text() {
        String plain = plain();
        if (plain != null) {
            PlainScalar type = PlainScalar.of(plain);
            if (type == PlainScalar.NOTHING) {
                wrongType("text");
            } else if (type != PlainScalar.TEXT) {
                unquoted();
            }
            return plain;
        }
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        wrongType("text");
        return "";
    }

    /** Whether {@link #text()} accepts it without a problem. */
    private boolean hasText() {
        String plain = plain();
        return plain == null ? node instanceof ScalarNode : !plain.isEmpty();
    }

    private void unquoted() {
        problem(
                ProblemCode.UnquotedText,
                path() + ": " + shown() + " is text here, but other YAML parsers would read another type; write it in"
                        + " quotes");
    }

    /** Text of a grammar; empty where it is not. */
    String text(Grammar grammar) {
        String text = text();
        if (grammar.matches(text)) {
            return text;
        }
        if (hasText()) {
            invalid(grammar.words());
        }
        return "";
    }

    int integer(int least, int most) {
        String plain = plain();
        if (plain == null || PlainScalar.of(plain) != PlainScalar.NUMBER || !plain.matches("-?[0-9]+")) {
            wrongType("a whole number without quotes");
            return least;
        }
        long value = plain.length() > 11 ? Long.MAX_VALUE : Long.parseLong(plain);
        if (value < least || value > most) {
            invalid("a whole number from " + least + " to " + most);
            return least;
        }
        return (int) value;
    }

    boolean bool() {
        String plain = plain();
        if (plain == null || PlainScalar.of(plain) != PlainScalar.BOOLEAN) {
            wrongType("true or false");
            return false;
        }
        return Boolean.parseBoolean(plain.toLowerCase(Locale.ROOT));
    }

    Duration duration() {
        return duration(Duration.ZERO);
    }

    Duration duration(Duration least) {
        String text = text();
        Duration duration = DurationText.parse(text);
        if (duration == null) {
            if (hasText()) {
                invalid(DurationText.WORDS);
            }
            return least;
        }
        if (duration.compareTo(least) < 0) {
            invalid("at least " + DurationText.of(least));
        }
        return duration;
    }

    <E extends Enum<E>> E oneOf(Class<E> type) {
        String text = text();
        E[] constants = type.getEnumConstants();
        for (E constant : constants) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        if (hasText()) {
            List<String> names = Arrays.stream(constants).map(Enum::name).toList();
            problem(ProblemCode.InvalidValue, path() + " cannot be " + shown() + DidYouMean.hint(text, names));
        }
        return constants[0];
    }

    <T> List<T> list(Function<Cursor, T> element) {
        if (!(node instanceof SequenceNode sequence)) {
            wrongType("a list");
            return List.of();
        }
        List<T> elements = new ArrayList<>();
        for (Node child : sequence.getValue()) {
            elements.add(element.apply(new Cursor(findings, path + "[" + elements.size() + "]", child)));
        }
        return elements;
    }

    /** Reads a mapping whose keys are users' names. */
    <T> Map<String, T> map(Grammar names, Function<Cursor, T> value) {
        Map<String, T> map = new LinkedHashMap<>();
        Map<String, String> folded = new LinkedHashMap<>();
        for (Map.Entry<String, NodeTuple> entry : entries().entrySet()) {
            String name = entry.getKey();
            Node key = entry.getValue().getKeyNode();
            if (!names.matches(name)) {
                findings.problem(
                        ProblemCode.InvalidValue,
                        key,
                        childPath(name),
                        path() + ": " + Quote.quoted(name) + " is not a valid name; expected " + names.words());
            } else if (new Cursor(findings, "", key).isDisputed()) {
                findings.problem(
                        ProblemCode.UnquotedText,
                        key,
                        childPath(name),
                        path() + ": the name " + Quote.quoted(name)
                                + " is text here, but other YAML parsers would read another type; write it in quotes");
            }
            String other = names.ignoresCase() ? folded.putIfAbsent(name.toLowerCase(Locale.ROOT), name) : null;
            if (other != null) {
                findings.problem(
                        ProblemCode.CaseConflict,
                        key,
                        childPath(name),
                        path() + ": " + Quote.quoted(name) + " and " + Quote.quoted(other)
                                + " differ only in case, and are the same name on the wire; rename one");
            }
            map.put(name, value.apply(child(name, entry.getValue().getValueNode())));
        }
        return map;
    }

    private boolean isDisputed() {
        String plain = plain();
        return plain != null && PlainScalar.of(plain) != PlainScalar.TEXT;
    }

    /** Reads a mapping whose keys are Kitsune's fields. Fields that are not read are unknown. */
    <T> T fields(Function<Fields, T> read) {
        Fields fields = new Fields(this, entries());
        T value = read.apply(fields);
        fields.reportUnknown();
        return value;
    }

    /** Reads a list as a set. An element may occur twice. */
    Set<String> names(Grammar grammar) {
        return new TreeSet<>(list(c -> c.text(grammar)));
    }

    /**
     * Returns everything here as JSON, for what Kitsune hands on without reading it. Fields are sorted, and those without
     * a value are left out, as Kubernetes does.
     */
    String json() {
        if (node instanceof MappingNode) {
            StringJoiner fields = new StringJoiner(",", "{", "}");
            new TreeMap<>(entries()).forEach((name, entry) -> {
                Cursor value = new Cursor(findings, childPath(name), entry.getValueNode(), false);
                if (!value.isNothing()) {
                    fields.add(quoted(name) + ":" + value.json());
                }
            });
            return fields.toString();
        }
        if (node instanceof SequenceNode sequence) {
            StringJoiner elements = new StringJoiner(",", "[", "]");
            int index = 0;
            for (Node child : sequence.getValue()) {
                elements.add(new Cursor(findings, path + "[" + index + "]", child, false).json());
                index++;
            }
            return elements.toString();
        }
        String plain = plain();
        PlainScalar type = plain == null ? PlainScalar.TEXT : PlainScalar.of(plain);
        return switch (type) {
            case NUMBER -> String.valueOf(plain);
            case BOOLEAN -> String.valueOf(bool());
            case NOTHING, NULL -> "null";
            case TEXT, DISPUTED -> quoted(text());
        };
    }

    private boolean isNothing() {
        String plain = plain();
        return plain != null && Set.of(PlainScalar.NOTHING, PlainScalar.NULL).contains(PlainScalar.of(plain));
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    Cursor child(String name, @Nullable Node value) {
        return new Cursor(findings, childPath(name), value);
    }

    private String childPath(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** Reports a problem of a field of this mapping, at a position. */
    void problemAt(Node place, String name, ProblemCode code, String message) {
        findings.problem(code, place, childPath(name), message);
    }

    private Map<String, NodeTuple> entries() {
        Map<String, NodeTuple> entries = new LinkedHashMap<>();
        if (!(node instanceof MappingNode mapping)) {
            wrongType("a mapping");
            return entries;
        }
        NodeTuple merge = null;
        for (NodeTuple tuple : mapping.getValue()) {
            if (Tags.isMergeKey(tuple.getKeyNode()) && merge == null) {
                merge = tuple;
                continue;
            }
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                findings.problem(
                        ProblemCode.WrongType, tuple.getKeyNode(), path, path() + ": expected a name before \":\"");
                continue;
            }
            whole(key);
            boolean merges = Tags.isMergeKey(key);
            NodeTuple first = merges ? merge : entries.putIfAbsent(key.getValue(), tuple);
            if (first != null) {
                findings.problem(
                        ProblemCode.DuplicateName,
                        key,
                        childPath(key.getValue()),
                        path() + " has " + Quote.quoted(key.getValue()) + " twice, first in line "
                                + findings.position(first.getKeyNode()).line() + "; "
                                + (merges ? "write one with a list behind it" : "remove one"));
            }
        }
        if (merge != null) {
            child("<<", merge.getValueNode()).merged().forEach(entries::putIfAbsent);
        }
        return entries;
    }

    /** The value of a merge key: a mapping, or several, of which the first that has a key wins. */
    private Map<String, NodeTuple> merged() {
        if (!(node instanceof SequenceNode sequence)) {
            return entries();
        }
        Map<String, NodeTuple> merged = new LinkedHashMap<>();
        for (Node child : sequence.getValue()) {
            new Cursor(findings, path, child).entries().forEach(merged::putIfAbsent);
        }
        return merged;
    }

    /** An invalid value in place of a secret's reference may be the secret itself, so no message repeats it. */
    private String shown() {
        if (path.startsWith("spec.data.secrets") || path.startsWith("spec.selection.jwks")) {
            return "something else";
        }
        return node instanceof ScalarNode scalar ? Quote.quoted(scalar.getValue()) : found();
    }

    private String found() {
        if (node instanceof MappingNode) {
            return "a mapping";
        }
        if (node instanceof SequenceNode) {
            return "a list";
        }
        String plain = plain();
        return plain == null ? "text" : PlainScalar.of(plain).words();
    }
}
