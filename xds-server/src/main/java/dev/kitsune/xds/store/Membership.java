package dev.kitsune.xds.store;

/** The part of a wildcard subscription that one virtual environment gives. */
record Membership(Wildcard wildcard, String environment) {}
