package dev.kitsune.e2e.app;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/** Shortens credentials, so that they can be shown and compared without being disclosed. */
public final class Credential {
    private static final Set<String> HEADERS =
            Set.of("authorization", "proxy-authorization", "cookie", "x-api-key", "x-api-token");
    private static final int SHOWN = 4;

    private Credential() {}

    /** Whether a header of this name holds a credential, so that its value must be shortened. */
    public static boolean isIn(String header) {
        String name = header.toLowerCase(Locale.ROOT);
        return HEADERS.contains(name) || name.startsWith("kitsune-secret-");
    }

    /**
     * Returns the scheme, the first characters of the credential, and a digest of the whole value: {@code Bearer
     * demo...#9f86d081}. Of a short credential it returns only the scheme and the digest.
     */
    public static String shorten(String whole) {
        int space = whole.indexOf(' ');
        String scheme = whole.substring(0, space + 1);
        String token = whole.substring(space + 1);
        String shown = token.length() > 3 * SHOWN ? token.substring(0, SHOWN) + "..." : "";
        return scheme + shown + "#" + digest(whole);
    }

    /** Returns the beginning of the SHA-256 of a text, in hex. */
    public static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
