package dev.kitsune.xds.cli;

/** The codes with which commands end; scripts rely on them. */
final class ExitCode {
    static final int OK = 0;
    /** {@code check}: there are errors. {@code serve}: it could not start. */
    static final int FAILED = 1;

    static final int USAGE = 2;
    /** A bug in Kitsune itself, never the result of a user's mistake. */
    static final int FAULT = 70;

    private ExitCode() {}
}
