package dev.kitsune;

import dev.kitsune.e2e.demo.DemoCommand;
import dev.kitsune.xds.cli.KitsuneCommand;

/** Runs one command. */
public final class Kitsune {
    private Kitsune() {}

    /** The launcher script says in the property {@code kitsune.name} by which name it was called. */
    public static void main(String[] arguments) {
        System.exit(KitsuneCommand.commandLine(System.getProperty("kitsune.name", "kitsune"), new DemoCommand())
                .execute(arguments));
    }
}
