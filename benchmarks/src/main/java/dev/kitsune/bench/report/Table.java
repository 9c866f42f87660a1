package dev.kitsune.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A Markdown table, so that the printed text can be copied into a document. */
final class Table {
    private final List<List<String>> lines = new ArrayList<>();

    Table(String... head) {
        lines.add(List.of(head));
    }

    Table line(Object... cells) {
        List<String> texts = new ArrayList<>();
        for (Object cell : cells) {
            texts.add(text(cell));
        }
        lines.add(texts);
        return this;
    }

    /** Three significant digits are more exact than a benchmark. */
    private static String text(Object cell) {
        if (cell instanceof Double number) {
            int decimals = number >= 100 ? 0 : number >= 10 ? 1 : 2;
            return String.format(Locale.ROOT, "%,." + decimals + "f", number);
        }
        if (cell instanceof Integer number) {
            return String.format(Locale.ROOT, "%,d", number);
        }
        if (cell instanceof Spread spread) {
            return text(spread.median()) + " (" + text(spread.least()) + " to " + text(spread.most()) + ")";
        }
        return cell.toString();
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        for (int line = 0; line < lines.size(); line++) {
            out.append('|');
            for (int column = 0; column < lines.get(line).size(); column++) {
                out.append(' ')
                        .append(padded(lines.get(line).get(column), width(column)))
                        .append(" |");
            }
            out.append('\n');
            if (line == 0) {
                out.append('|');
                for (int column = 0; column < lines.get(0).size(); column++) {
                    out.append("-".repeat(width(column) + 2)).append('|');
                }
                out.append('\n');
            }
        }
        return out.toString();
    }

    private int width(int column) {
        return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
