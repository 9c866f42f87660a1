package dev.kitsune;

import dev.kitsune.xds.cli.KitsuneCommand;

/** Runs one command of the shipped program. */
public final class Kitsune {
    private Kitsune() {}

    public static void main(String[] arguments) {
        run(arguments);
    }

    /**
     * Runs one command, and ends the process with its exit code. The launcher script says in the property
     * {@code kitsune.name} by which name it was called.
     *
     * @param more commands of other modules, which do not ship
     */
    public static void run(String[] arguments, Object... more) {
        System.exit(KitsuneCommand.commandLine(System.getProperty("kitsune.name", "kitsune"), more)
                .execute(arguments));
    }
}
