package dev.kitsune.k8s.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.zjsonpatch.DiffFlags;
import io.fabric8.zjsonpatch.JsonDiff;
import io.fabric8.zjsonpatch.JsonPatch;
import java.util.EnumSet;
import java.util.List;

/** The difference of two pods as a JSON patch (RFC 6902). */
public final class PodPatch {
    private PodPatch() {}

    /** Returns what makes one pod the other one. */
    public static JsonNode between(Pod before, Pod after) {
        // What is moved might stand elsewhere in the text that the pod was read from.
        return JsonDiff.asJson(
                json(before), json(after), EnumSet.of(DiffFlags.OMIT_MOVE_OPERATION, DiffFlags.OMIT_COPY_OPERATION));
    }

    /**
     * Returns a template of pods as it is after a change of the pod that was read from it. Everything else in it stays.
     *
     * @param template with metadata and spec
     */
    public static JsonNode applied(JsonNode template, Pod before, Pod after) {
        return JsonPatch.apply(between(before, after), template);
    }

    /** Reads a template of pods as a pod. Throws an IllegalArgumentException if it has not the form of one. */
    static Pod read(JsonNode template) {
        ObjectNode pod = JsonNodeFactory.instance.objectNode();
        pod.put("apiVersion", "v1").put("kind", "Pod");
        for (String part : List.of("metadata", "spec")) {
            pod.set(part, template.path(part).isObject() ? template.get(part) : JsonNodeFactory.instance.objectNode());
        }
        return read(pod, Pod.class);
    }

    /** Reads a part of a pod. Throws an IllegalArgumentException if it has not the form of one. */
    static <T> T read(JsonNode json, Class<T> form) {
        try {
            return Serialization.unmarshal(json.toString(), form);
        } catch (KubernetesClientException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new IllegalArgumentException(cause.getMessage(), e);
        }
    }

    private static JsonNode json(Pod pod) {
        return Serialization.unmarshal(Serialization.asJson(pod), JsonNode.class);
    }
}
