package dev.kitsune.k8s.authority;

/** Uses the certificate authorities. */
@FunctionalInterface
public interface AuthorityFollower {
    /** Is called again and again, by one thread, whether they have changed or not. */
    void follow(StoredAuthorities authorities);
}
