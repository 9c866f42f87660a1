package dev.kitsune.k8s.inject;

/**
 * The images that are injected.
 *
 * @param envoy an unmodified Envoy, whose entry point is its program or a script that starts it
 * @param capture has a shell and iptables
 */
public record SidecarImages(String envoy, String capture) {}
