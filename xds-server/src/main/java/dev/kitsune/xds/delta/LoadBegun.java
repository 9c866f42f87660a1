package dev.kitsune.xds.delta;

/** Hears that the proxy of a load has a stream, so that the load has begun. Must not block. */
@FunctionalInterface
public interface LoadBegun {
    void begun();
}
