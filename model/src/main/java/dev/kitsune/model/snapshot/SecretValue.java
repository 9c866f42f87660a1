package dev.kitsune.model.snapshot;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/** A secret's bytes. They are never printed. Only {@link #reveal} returns them, for delivery by SDS. */
public final class SecretValue {
    /** Stands for a value that may not be read. It counts as a usable one, and is never delivered. */
    public static final SecretValue UNKNOWN = of("unknown");

    private final byte[] bytes;

    public SecretValue(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    public static SecretValue of(String text) {
        return new SecretValue(text.getBytes(StandardCharsets.UTF_8));
    }

    public byte[] reveal() {
        return bytes.clone();
    }

    @SuppressWarnings("ReferenceEquality") // A value that was read may have the same bytes.
    public boolean isUnknown() {
        return this == UNKNOWN;
    }

    public boolean isEmpty() {
        return bytes.length == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecretValue that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "[secret]";
    }
}
