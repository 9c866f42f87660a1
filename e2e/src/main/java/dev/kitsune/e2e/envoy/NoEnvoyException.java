package dev.kitsune.e2e.envoy;

/** No Envoy can be had; the message is a sentence that says why and what to do. */
public final class NoEnvoyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoEnvoyException(String why) {
        super("No Envoy to run: " + why + ". Set ENVOY to the path of an Envoy " + EnvoyBinary.VERSION
                + " binary, or make `python3 -m pip` work here: it obtains one.");
    }
}
