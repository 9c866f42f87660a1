package dev.kitsune.model.source;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import java.util.Map;

/** Hears of the last good versions that another process keeps. */
@FunctionalInterface
public interface LastGoodListener {
    /** {@code versions}: all that are kept now */
    void kept(Map<ObjectKey, Manifest<?>> versions);
}
