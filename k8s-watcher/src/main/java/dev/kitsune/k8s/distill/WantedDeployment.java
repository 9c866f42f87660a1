package dev.kitsune.k8s.distill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.k8s.state.StatusJson;
import dev.kitsune.model.manifest.PodTemplate;
import dev.kitsune.model.snapshot.ComponentVersion;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A Deployment as Kitsune wants it, with the fields that Kitsune owns. Others may set the rest, such as the number of
 * pods.
 *
 * @param digest of the template
 * @param fields the whole object as the API server takes it
 */
record WantedDeployment(DeploymentKey key, String digest, Map<String, Object> fields) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int DIGITS = 32;

    static WantedDeployment of(DeploymentKey key, ComponentVersion version, PodTemplate from) {
        Map<String, Object> template = parse(from.json());
        Map<String, Object> podMetadata = child(template, "metadata");
        Map<String, Object> podLabels = child(podMetadata, "labels");
        podLabels.putIfAbsent(DistilledLabels.INJECT, DistilledLabels.ENABLED);
        podLabels.putAll(DistilledLabels.of(version));
        podMetadata.put("labels", podLabels);
        template.put("metadata", podMetadata);

        // The next version of Kitsune may add something else, which must arrive, too.
        String digest = StatusJson.digest(template).substring(0, DIGITS);
        Map<String, Object> labels = new LinkedHashMap<>(DistilledLabels.of(version));
        labels.put(DistilledLabels.MANAGED_BY, DistilledLabels.OWNER);
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("namespace", key.namespace());
        metadata.put("name", key.name());
        metadata.put("labels", labels);
        metadata.put("annotations", Map.of(DistilledLabels.TEMPLATE, digest));
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("selector", Map.of("matchLabels", DistilledLabels.of(version)));
        spec.put("template", template);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("apiVersion", "apps/v1");
        fields.put("kind", "Deployment");
        fields.put("metadata", metadata);
        fields.put("spec", spec);
        return new WantedDeployment(key, digest, fields);
    }

    /** Returns the object that is applied over one that exists, and over no later version of it. */
    Map<String, Object> over(DeployedVersion existing) {
        Map<String, Object> metadata = child(fields, "metadata");
        metadata.put("uid", existing.uid());
        metadata.put("resourceVersion", existing.resourceVersion());
        Map<String, Object> whole = new LinkedHashMap<>(fields);
        whole.put("metadata", metadata);
        return whole;
    }

    static String json(Map<String, Object> object) {
        try {
            return MAPPER.writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> parse(String json) {
        try {
            return MAPPER.readValue(json, new TypeReference<LinkedHashMap<String, Object>>() {});
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> child(Map<String, Object> of, String name) {
        Map<String, Object> copy = new LinkedHashMap<>();
        if (of.get(name) instanceof Map<?, ?> map) {
            map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        }
        return copy;
    }
}
