package dev.kitsune.k8s.inject;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/** What becomes of a pod. */
public sealed interface Injection {
    /** It stays as it is: it is to have no sidecar, or has one. */
    record Unchanged() implements Injection {}

    /**
     * It gets a sidecar.
     *
     * @param warnings what its owner should know
     */
    record Injected(Pod pod, List<String> warnings) implements Injection {
        public Injected {
            warnings = List.copyOf(warnings);
        }
    }

    /** It must not run as it is. */
    record RefusedPod(List<InjectionRefusal> refusals) implements Injection {
        public RefusedPod {
            refusals = List.copyOf(refusals);
        }
    }

    /**
     * What becomes of a template of pods, as JSON.
     *
     * @param template with its sidecar, if it gets one
     * @param refusals why its pods must not run as they are; none in most cases
     */
    record OfTemplate(JsonNode template, List<InjectionRefusal> refusals, List<String> warnings) {
        public OfTemplate {
            refusals = List.copyOf(refusals);
            warnings = List.copyOf(warnings);
        }
    }
}
