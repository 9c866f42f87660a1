package dev.kitsune.e2e.demo;

import dev.kitsune.Kitsune;

/** The main class of {@code ./kitsune} in the repository, which adds the demo to the shipped program. */
public final class KitsuneWithDemo {
    private KitsuneWithDemo() {}

    public static void main(String[] arguments) {
        Kitsune.run(arguments, new DemoCommand());
    }
}
