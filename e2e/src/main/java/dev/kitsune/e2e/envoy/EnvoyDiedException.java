package dev.kitsune.e2e.envoy;

import java.util.List;

/** An Envoy has ended, or does not become ready. The message is a sentence with the last lines of its log. */
public final class EnvoyDiedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    EnvoyDiedException(String what, List<String> lastLines, String log) {
        super(what + advice(lastLines) + "\nIts log (" + log + ") ends with:\n  " + String.join("\n  ", lastLines));
    }

    private static String advice(List<String> lastLines) {
        return lastLines.stream().anyMatch(l -> l.contains("Address already in use") || l.contains("cannot bind"))
                ? " Another process listens on one of its ports. Stop that process, or choose another port."
                : "";
    }
}
