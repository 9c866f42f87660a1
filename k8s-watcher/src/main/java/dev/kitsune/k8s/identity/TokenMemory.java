package dev.kitsune.k8s.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answers of the API server, by the digest of the token. Tokens themselves are not kept. Answers about wrong tokens
 * have a place of their own, so that whoever sends many of those makes no other answer forgotten.
 */
final class TokenMemory {
    static final Duration FRESH = Duration.ofMinutes(5);
    static final Duration WRONG = Duration.ofSeconds(10);

    private static final int MOST_PODS = 50_000;
    private static final int MOST_WRONG = 5_000;

    private final InstantSource clock;

    /** Guarded by this, like the next one. */
    private final Map<String, Remembered> pods = bounded(MOST_PODS);

    private final Map<String, Remembered> wrong = bounded(MOST_WRONG);

    /** {@code again}: when the API server is asked again; {@code ends}: when the token is over */
    private record Remembered(ReviewedToken answer, Instant again, Instant ends) {}

    TokenMemory(InstantSource clock) {
        this.clock = clock;
    }

    private static Map<String, Remembered> bounded(int most) {
        return new LinkedHashMap<>(16, 0.75F, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
                return size() > most;
            }
        };
    }

    static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Returns an answer that is new enough; null for none. */
    synchronized @Nullable ReviewedToken fresh(String digest) {
        Instant now = clock.instant();
        for (Map<String, Remembered> of : List.of(pods, wrong)) {
            Remembered one = of.get(digest);
            if (one != null && now.isBefore(one.again())) {
                return one.answer();
            }
        }
        return null;
    }

    /** Returns what the API server has said earlier of a token that is not over, for when it cannot be asked. */
    synchronized @Nullable ReviewedToken earlier(String digest) {
        Remembered one = pods.get(digest);
        return one == null || !clock.instant().isBefore(one.ends()) ? null : one.answer();
    }

    /** {@code ends}: when the token is over */
    synchronized void add(String digest, ReviewedToken answer, Instant ends) {
        Instant now = clock.instant();
        if (answer instanceof ReviewedToken.OfPod) {
            Instant again = now.plus(FRESH);
            pods.put(digest, new Remembered(answer, again.isBefore(ends) ? again : ends, ends));
        } else if (answer instanceof ReviewedToken.Wrong) {
            pods.remove(digest);
            wrong.put(digest, new Remembered(answer, now.plus(WRONG), ends));
        }
    }
}
