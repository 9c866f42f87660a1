package dev.kitsune.k8s.inject;

import dev.kitsune.model.manifest.AddressRange;
import java.util.List;

/**
 * What is captured in every pod, unless its annotations say something else.
 *
 * @param excludedPorts in every pod
 * @param excludedRanges in every pod
 */
public record CapturePolicy(CaptureMode mode, List<Integer> excludedPorts, List<AddressRange> excludedRanges) {
    public CapturePolicy {
        excludedPorts = List.copyOf(excludedPorts);
        excludedRanges = List.copyOf(excludedRanges);
    }
}
