package dev.kitsune.k8s.authority;

import java.util.Set;

/** Knows where pods need the certificate authorities. */
@FunctionalInterface
public interface PodNamespaces {
    Set<String> now();
}
