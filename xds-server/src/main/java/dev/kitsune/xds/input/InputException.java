package dev.kitsune.xds.input;

import java.io.Serial;

/** What is to be served cannot be read, or decisions cannot be saved. The message tells the user what to do. */
public final class InputException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    public InputException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
