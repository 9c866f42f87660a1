package dev.kitsune.xds.store;

/** The part of a wildcard subscription that one virtual environment gives, or that none does: {@link #STANDING}. */
record Membership(Wildcard wildcard, String environment) {
    /** In place of an environment's name: what the proxy holds whatever environments there are. */
    static final String STANDING = "";
}
