package dev.kitsune.model.manifest;

/** The HTTP version of the requests that a sidecar sends to its app, without TLS. */
public enum AppProtocol {
    /** HTTP/2 for gRPC, and HTTP/1.1 for every other request. */
    HTTP("http"),
    /** HTTP/2 for every request except WebSockets. */
    H2C("h2c");

    private final String text;

    AppProtocol(String text) {
        this.text = text;
    }

    /** Returns the value in a manifest. */
    public String text() {
        return text;
    }
}
