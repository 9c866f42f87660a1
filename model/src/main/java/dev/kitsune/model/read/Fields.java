package dev.kitsune.model.read;

import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.problem.ProblemCode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.NodeTuple;

/** The fields of a mapping. Asking for one makes it known. */
final class Fields {
    private final Cursor mapping;
    private final Map<String, NodeTuple> entries;
    private final Set<String> known = new LinkedHashSet<>();

    Fields(Cursor mapping, Map<String, NodeTuple> entries) {
        this.mapping = mapping;
        this.entries = entries;
    }

    boolean has(String name) {
        return entries.containsKey(name);
    }

    /** The mapping itself, for what is wrong with its fields together. */
    Cursor mapping() {
        return mapping;
    }

    /** A field that may be absent, and is then read as an empty mapping is. */
    Cursor at(String name) {
        known.add(name);
        NodeTuple entry = entries.get(name);
        return mapping.child(name, entry == null ? null : entry.getValueNode());
    }

    Cursor required(String name) {
        if (!has(name) && mapping.isMapping()) {
            mapping.problemOf(name, ProblemCode.MissingField, mapping.path() + " needs the field \"" + name + "\"");
        }
        return at(name);
    }

    <T> @Nullable T optional(String name, Function<Cursor, T> read) {
        Cursor field = at(name);
        return has(name) ? read.apply(field) : null;
    }

    <T> T optional(String name, Function<Cursor, T> read, T absent) {
        Cursor field = at(name);
        return has(name) ? read.apply(field) : absent;
    }

    /** Fields that Kitsune does not check. */
    void ignore(String... names) {
        known.addAll(List.of(names));
    }

    /** Accepts every field, because the mapping is not Kitsune's. */
    void ignoreAll() {
        known.addAll(entries.keySet());
    }

    /** Returns those of these fields that are present. */
    List<String> present(List<String> names) {
        return names.stream().filter(this::has).toList();
    }

    void reportUnknown() {
        entries.forEach((name, entry) -> {
            if (!known.contains(name)) {
                String hint = DidYouMean.hint(
                        name, known.stream().filter(k -> !has(k)).toList());
                mapping.problemAt(
                        entry.getKeyNode(),
                        name,
                        ProblemCode.UnknownField,
                        mapping.path() + " has no field " + Quote.quoted(name) + hint);
            }
        });
    }
}
