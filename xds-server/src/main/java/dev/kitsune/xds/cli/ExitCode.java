package dev.kitsune.xds.cli;

/** The codes with which commands end; scripts rely on them. */
final class ExitCode {
    static final int OK = 0;
    /** {@code check}: there are errors. {@code serve}: it could not start. */
    static final int FAILED = 1;

    static final int USAGE = 2;
    /** A fault of Kitsune itself, never the answer to what a user wrote. */
    static final int FAULT = 70;

    private ExitCode() {}
}
