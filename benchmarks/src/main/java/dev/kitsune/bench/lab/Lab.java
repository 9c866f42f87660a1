package dev.kitsune.bench.lab;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import java.nio.file.Path;

/**
 * The things that every measurement needs.
 *
 * @param envoy the program of Envoy
 * @param work a folder for bootstraps, logs and manifests
 */
public record Lab(Path envoy, Path work, LoopbackPorts ports, Progress progress) {}
