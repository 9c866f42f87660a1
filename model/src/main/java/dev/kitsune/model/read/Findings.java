package dev.kitsune.model.read;

import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.problem.Severity;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/** The results of reading one document: the positions of its fields, and its problems. */
final class Findings {
    private record Finding(ProblemCode code, Position position, String field, String message) {}

    private final String file;
    private final Map<String, Position> positions = new HashMap<>();
    /** A set, because an alias reads one value many times. */
    private final Set<Finding> found = new LinkedHashSet<>();

    Findings(String file) {
        this.file = file;
    }

    void place(String path, Node node) {
        positions.put(path, position(node));
    }

    /** {@code field}: empty where it is the whole document */
    void problem(ProblemCode code, Node node, String field, String message) {
        found.add(new Finding(code, position(node), field, message));
    }

    boolean failed() {
        return found.stream().anyMatch(f -> f.code().severity() == Severity.ERROR);
    }

    Position position(Node node) {
        return new Position(
                file, node.getStartMark().getLine() + 1, node.getStartMark().getColumn() + 1);
    }

    Map<String, Position> positions() {
        return positions;
    }

    /** The object's key is known only after its metadata, which may stand last. */
    List<Problem> problems(@Nullable ObjectKey object) {
        return found.stream()
                .map(f -> new Problem(f.code(), f.position(), object, f.field(), f.message()))
                .toList();
    }
}
