package dev.kitsune.e2e.mesh;

/** Something that a mesh started and must stop. */
@FunctionalInterface
public interface Running extends AutoCloseable {
    @Override
    void close();
}
