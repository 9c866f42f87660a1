package dev.kitsune.xds.pipeline;

/**
 * What a change comes to cannot be kept, so it must not be served either: neither a mistake in the files nor a bug, but this
 * machine. The message says what is the matter and what to do.
 */
public final class NotKeptException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NotKeptException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
