package dev.kitsune.xds.cli;

import java.util.ArrayList;
import java.util.List;

/** Lines of aligned cells. The last cell of a line is not padded. */
final class Columns {
    private static final String GAP = "  ";

    private final List<List<String>> lines = new ArrayList<>();

    Columns line(String... cells) {
        lines.add(List.of(cells));
        return this;
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    /** The lines, each behind an indent. */
    List<String> print(String indent) {
        List<String> printed = new ArrayList<>();
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder(indent);
            for (int i = 0; i < line.size(); i++) {
                String cell = line.get(i);
                text.append(cell);
                if (i < line.size() - 1) {
                    text.append(" ".repeat(width(i) - cell.length())).append(GAP);
                }
            }
            printed.add(text.toString().stripTrailing());
        }
        return printed;
    }

    private int width(int column) {
        return lines.stream()
                .filter(line -> line.size() > column + 1)
                .mapToInt(line -> line.get(column).length())
                .max()
                .orElse(0);
    }
}
