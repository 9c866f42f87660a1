package dev.kitsune.bench.lab;

import java.io.PrintStream;

/** Prints a line for each step. */
public final class Progress {
    private final PrintStream out;
    private final long started = System.nanoTime();

    public Progress(PrintStream out) {
        this.out = out;
    }

    /** Prints the next step. */
    public void say(String what) {
        out.printf("%4d s  %s%n", (System.nanoTime() - started) / 1_000_000_000L, what);
    }
}
