package dev.kitsune.model.source;

/** A source of manifests and secrets: a folder, or the API server of Kubernetes. */
public interface Source extends AutoCloseable {
    /** Delivers the whole content before it returns, and later changes as they happen, in order and one at a time. */
    void start(CatalogListener listener);

    @Override
    void close();
}
