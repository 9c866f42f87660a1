package dev.kitsune.e2e.demo;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;

/** The output of the demo. Results go to standard output and progress to standard error. Only terminals get colours. */
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

    /** Returns the colours for other output on this screen. */
    ColorScheme colours() {
        return colours;
    }

    /** Prints a step that takes a while. */
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

    void passed(String text) {
        out.println(ansi.string("@|green  ok|@   ") + text);
        out.flush();
    }

    void failed(String text) {
        out.println(ansi.string("@|red,bold  NOT|@  ") + text);
        out.flush();
    }

    /** Prints the reason why the demo cannot continue. */
    void failure(String text) {
        err.println(ansi.string("@|red demo:|@ ") + text);
        err.flush();
    }

    /** Prints rows in columns that are as wide as their widest cell. The first row is the head. */
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
