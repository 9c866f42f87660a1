package dev.kitsune.xds.cli;

/** A command cannot do what it was asked to: one sentence that says what to do, and the code to end with. */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    private CommandException(int exitCode, String sentence) {
        super(sentence);
        this.exitCode = exitCode;
    }

    /** The command was called wrongly. */
    public static CommandException usage(String sentence) {
        return new CommandException(ExitCode.USAGE, sentence);
    }

    /** The command was called well and the world does not let it. */
    public static CommandException failed(String sentence) {
        return new CommandException(ExitCode.FAILED, sentence);
    }

    int exitCode() {
        return exitCode;
    }
}
