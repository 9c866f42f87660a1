package dev.kitsune.xds.store;

/** The part of a wildcard subscription that one virtual environment gives, or that none does: {@link #STANDING}. */
record Membership(Wildcard wildcard, String virtualEnvironment) {
    /** In place of a virtual environment's name: what the proxy holds whatever virtual environments there are. */
    static final String STANDING = "";
}
