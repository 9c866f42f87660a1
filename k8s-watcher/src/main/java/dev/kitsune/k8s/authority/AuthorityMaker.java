package dev.kitsune.k8s.authority;

import java.time.Instant;

/** Makes certificate authorities, and can read them. */
public interface AuthorityMaker {
    /** Returns a new one. */
    StoredAuthority make();

    /** Returns when another one must begin to take its place. */
    Instant renewal(StoredAuthority authority);
}
