package dev.kitsune.e2e.demo;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;

/** What the demo shows: results on standard output, progress on standard error, colours only for people. */
final class Screen {
    private final PrintWriter out;
    private final PrintWriter err;
    private final ColorScheme colours;
    private final Ansi ansi;

    Screen(PrintWriter out, PrintWriter err, ColorScheme colours) {
        this.out = out;
        this.err = err;
        this.colours = colours;
        this.ansi = colours.ansi();
    }

    /** For what else is shown here. */
    ColorScheme colours() {
        return colours;
    }

    /** Something that takes a while begins. */
    void progress(String what) {
        err.println(ansi.string("@|faint  ... |@") + what);
        err.flush();
    }

    void title(String text) {
        out.println();
        out.println(ansi.string("@|bold " + text + "|@"));
        out.flush();
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    void good(String text) {
        out.println(ansi.string("@|green  ok|@   ") + text);
        out.flush();
    }

    void bad(String text) {
        out.println(ansi.string("@|red,bold  NOT|@  ") + text);
        out.flush();
    }

    /** Why it cannot go on. */
    void failure(String text) {
        err.println(ansi.string("@|red demo:|@ ") + text);
        err.flush();
    }

    /** Rows in columns as wide as their widest cell; the first row is the head. */
    void table(List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (int number = 0; number < rows.size(); number++) {
            List<String> row = rows.get(number);
            StringBuilder line = new StringBuilder("  ");
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            String text = line.toString().stripTrailing();
            out.println(number == 0 ? ansi.new Text("@|underline " + text + "|@") : text);
        }
        out.flush();
    }
}
