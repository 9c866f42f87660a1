package dev.kitsune.k8s.authority;

import java.time.Instant;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the Secret holds: who signs, and who is trusted. A rotation first lets everyone trust the next authority, then lets
 * it sign, and then forgets the one before. Each step is stored with its time, so another replica can go on with it.
 *
 * @param current signs
 * @param next signs soon; null unless a rotation has begun
 * @param old has signed before, as PEM; null unless a rotation is about to end
 * @param since when the last step was taken
 * @param rotationAsked whether somebody has asked for a rotation that has not begun
 * @param version of the Secret; null if there is none yet
 */
public record StoredAuthorities(
        StoredAuthority current,
        @Nullable StoredAuthority next,
        @Nullable String old,
        Instant since,
        boolean rotationAsked,
        @Nullable String version) {
    /** An authority that alone signs and is trusted. */
    public static StoredAuthorities begin(StoredAuthority current, Instant now) {
        return new StoredAuthorities(current, null, null, now, false, null);
    }

    /** Returns all that are trusted, as PEM. */
    public String trusted() {
        return Stream.of(current.certificate(), next == null ? null : next.certificate(), old)
                .filter(Objects::nonNull)
                .map(pem -> pem.strip() + "\n")
                .distinct()
                .collect(Collectors.joining());
    }

    /** Lets everyone trust the next one. */
    public StoredAuthorities announce(StoredAuthority following, Instant now) {
        return new StoredAuthorities(current, following, old, now, false, version);
    }

    /** Lets the next one sign. */
    public StoredAuthorities switchOver(Instant now) {
        StoredAuthority following = Objects.requireNonNull(next, "the next authority");
        return new StoredAuthorities(following, null, current.certificate(), now, rotationAsked, version);
    }

    /** Trusts the one before no more. */
    public StoredAuthorities forgetOld(Instant now) {
        return new StoredAuthorities(current, next, null, now, rotationAsked, version);
    }

    /** Returns the same, which is to be created again because the Secret was deleted. */
    public StoredAuthorities lost() {
        return new StoredAuthorities(current, next, old, since, rotationAsked, null);
    }

    /** Without its keys. */
    @Override
    public String toString() {
        return "authorities since " + since + (next == null ? "" : ", with a next one")
                + (old == null ? "" : ", with an old one");
    }
}
