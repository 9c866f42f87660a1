package dev.kitsune.xds.delta;

import java.time.Duration;

/**
 * How long a load may take.
 *
 * @param open in which a proxy without a stream may open one
 * @param whole until the answer, including {@code open}
 */
public record LoadTime(Duration open, Duration whole) {}
