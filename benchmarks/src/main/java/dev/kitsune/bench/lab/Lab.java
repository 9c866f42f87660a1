package dev.kitsune.bench.lab;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import java.nio.file.Path;

/**
 * What every measurement needs.
 *
 * @param envoy the binary
 * @param work a folder for bootstraps, logs and manifests
 */
public record Lab(Path envoy, Path work, LoopbackPorts ports, Progress progress) {}
