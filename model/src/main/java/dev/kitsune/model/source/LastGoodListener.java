package dev.kitsune.model.source;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import java.util.Map;
import java.util.Optional;

/** Receives the last good versions that another process stores. */
@FunctionalInterface
public interface LastGoodListener {
    /** {@code changed}: the versions that differ from those that were told before; empty for removed ones */
    void kept(Map<ObjectKey, Optional<Manifest<?>>> changed);
}
