package dev.kitsune.xds.tls;

/** A text is not the PEM that was expected. The message is the end of a sentence about it, and quotes nothing of it. */
public final class PemException extends Exception {
    private static final long serialVersionUID = 1;

    PemException(String message) {
        super(message);
    }
}
