package dev.kitsune.model.position;

import java.util.Comparator;

/**
 * A position in the users' files, or in an object of Kubernetes, which has no lines.
 *
 * @param file path relative to the folder that is read, with {@code /}; in Kubernetes {@code Kind/namespace/name}
 * @param line from 1; 0 in an object of Kubernetes
 * @param column from 1; in an object of Kubernetes it only orders the fields, and is never shown
 */
public record Position(String file, int line, int column) implements Comparable<Position> {
    private static final Comparator<Position> ORDER = Comparator.comparing(Position::file)
            .thenComparingInt(Position::line)
            .thenComparingInt(Position::column);

    /** Returns the position of a whole object of Kubernetes. */
    public static Position ofObject(String name) {
        return new Position(name, 0, 0);
    }

    /** Whether users can find it by its line. If not, they need the path of the field. */
    public boolean hasLine() {
        return line > 0;
    }

    /** Returns the same position in an object of Kubernetes. */
    public Position withoutLine() {
        return new Position(file, 0, column);
    }

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return hasLine() ? file + ":" + line + ":" + column : file;
    }
}
