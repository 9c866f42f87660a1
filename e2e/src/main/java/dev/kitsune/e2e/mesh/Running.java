package dev.kitsune.e2e.mesh;

/** A part of a mesh that was started and must be stopped. */
@FunctionalInterface
public interface Running extends AutoCloseable {
    @Override
    void close();
}
