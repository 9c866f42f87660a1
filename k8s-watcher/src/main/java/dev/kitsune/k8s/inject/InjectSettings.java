package dev.kitsune.k8s.inject;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.List;

/**
 * What all sidecars of a mesh have in common.
 *
 * @param uid under which Envoys run. What this user opens is not captured
 * @param preStopSeconds how long an app goes on when its pod ends, until callers know of it; 0 for not at all
 * @param resources of each injected container
 */
public record InjectSettings(
        SidecarImages images, int uid, int preStopSeconds, CapturePolicy capture, ResourceRequirements resources) {
    /** Returns the values of the chart. {@code version}: of Kitsune, with which its images are tagged */
    public static InjectSettings usual(String version) {
        return new InjectSettings(
                new SidecarImages("envoyproxy/envoy:distroless-v1.40.0", "kitsune-capture:" + version),
                15_400,
                5,
                // DNS over TCP: Kitsune answers no DNS.
                new CapturePolicy(CaptureMode.Transparent, List.of(53), List.of()),
                new ResourceRequirementsBuilder()
                        .addToRequests("cpu", Quantity.parse("50m"))
                        .addToRequests("memory", Quantity.parse("64Mi"))
                        .build());
    }

    /** Returns the same with other resources, as they stand in a container. Throws an IllegalArgumentException if they are none. */
    public InjectSettings withResources(JsonNode of) {
        return new InjectSettings(images, uid, preStopSeconds, capture, PodPatch.read(of, ResourceRequirements.class));
    }
}
