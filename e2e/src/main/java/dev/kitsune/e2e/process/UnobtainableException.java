package dev.kitsune.e2e.process;

/** A program or package is not available. The message is a clause that says why. */
public final class UnobtainableException extends Exception {
    private static final long serialVersionUID = 1;

    UnobtainableException(String why) {
        super(why);
    }
}
