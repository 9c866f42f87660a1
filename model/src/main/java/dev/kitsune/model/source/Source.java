package dev.kitsune.model.source;

/** Where manifests and secrets come from: a folder, or the API server of Kubernetes. */
public interface Source extends AutoCloseable {
    /** Hands over all that is there before it returns, and changes as they happen: in order, one at a time. */
    void start(CatalogListener listener);

    @Override
    void close();
}
