package dev.kitsune.e2e.demo;

import dev.kitsune.Kitsune;

/** What {@code ./kitsune} of the repository starts: the program that ships, and the demo beside it. */
public final class KitsuneWithDemo {
    private KitsuneWithDemo() {}

    public static void main(String[] arguments) {
        Kitsune.run(arguments, new DemoCommand());
    }
}
