package dev.kitsune.model.source;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import java.util.Map;

/** Receives the last good versions that another process stores. */
@FunctionalInterface
public interface LastGoodListener {
    /** {@code versions}: all stored versions */
    void kept(Map<ObjectKey, Manifest<?>> versions);
}
