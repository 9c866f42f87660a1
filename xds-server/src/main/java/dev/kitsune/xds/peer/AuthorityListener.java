package dev.kitsune.xds.peer;

/** Learns who signs the certificates of proxies. Until it does, it waits. */
public interface AuthorityListener {
    /** There is an authority. May be called again and again, whether it has changed or not. */
    void signedBy(PeerAuthority authority);

    /** There is none. {@code why}: a sentence without its end, and what to do */
    void unsigned(String why);
}
