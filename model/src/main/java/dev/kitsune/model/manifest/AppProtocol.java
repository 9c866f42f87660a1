package dev.kitsune.model.manifest;

/** What an app understands of the requests that its sidecar passes on to it, without TLS. */
public enum AppProtocol {
    /** HTTP/2 for gRPC, and HTTP/1.1 for every other request. */
    HTTP("http"),
    /** HTTP/2 for every request but WebSockets. */
    H2C("h2c");

    private final String text;

    AppProtocol(String text) {
        this.text = text;
    }

    /** As it is written in a manifest. */
    public String text() {
        return text;
    }
}
