package dev.kitsune.k8s.read;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Fault;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.read.ReadResult;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A custom resource as the readers of files see it.
 *
 * @param manifest null if the resource cannot be read
 * @param lastGood the version in its status that was served last, if the resource cannot be read; null for none
 */
record ReadResource(
        ObjectKey key,
        Instant created,
        @Nullable Manifest<?> manifest,
        @Nullable Manifest<?> lastGood,
        List<Problem> problems) {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().registerModule(new SimpleModule().addSerializer(Double.class, new ApiServersNumbers()));

    /** Never throws, whatever the resource holds. */
    static ReadResource of(Kind kind, GenericKubernetesResource resource) {
        ObjectMeta metadata = resource.getMetadata();
        ObjectKey key = ResourceObjects.key(kind, metadata);
        ReadResult result = Fault.guard(
                () -> read(key, resource.getAdditionalProperties()),
                fault -> new ReadResult(List.of(), List.of(failed(key, fault))));
        Manifest<?> manifest =
                result.manifests().isEmpty() ? null : result.manifests().get(0);
        return new ReadResource(
                key,
                Instant.parse(metadata.getCreationTimestamp()),
                manifest,
                manifest == null ? Fault.guard(() -> lastGood(key, resource), fault -> null) : null,
                result.problems().stream().map(problem -> of(key, problem)).toList());
    }

    /** Returns what changes when its user changes or replaces it, and not when only its status changes. */
    static String revision(ObjectMeta metadata) {
        return metadata.getUid() + "/" + metadata.getGeneration();
    }

    private static ReadResult read(ObjectKey key, Map<String, Object> fields) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("apiVersion", Kind.API_VERSION);
        object.put("kind", key.kind().name());
        object.put(
                "metadata",
                key.namespace().isEmpty()
                        ? Map.of("name", key.name())
                        : Map.of("name", key.name(), "namespace", key.namespace()));
        object.putAll(fields);
        object.remove("status");
        return ManifestReader.readObject(key.toString(), json(object));
    }

    static @Nullable Manifest<?> lastGood(ObjectKey key, GenericKubernetesResource resource) {
        Object spec = resource.get("status", "lastGood", "spec");
        List<Manifest<?>> read =
                spec == null ? List.of() : read(key, Map.of("spec", spec)).manifests();
        return read.isEmpty() ? null : read.get(0);
    }

    private static String json(Map<String, Object> object) {
        try {
            return MAPPER.writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A resource whose name cannot be read is known by its key all the same. */
    private static Problem of(ObjectKey key, Problem problem) {
        return new Problem(
                problem.code(), problem.severity(), problem.position(), key, problem.field(), null, problem.message());
    }

    private static Problem failed(ObjectKey key, Fault fault) {
        return new Problem(
                ProblemCode.KitsuneFault,
                Position.ofObject(key.toString()),
                key,
                "this object cannot be read, its last good version is still served; " + fault.sentence());
    }

    /** Writes a fraction with the digits of the API server: 0.0001, where Java would write 1.0E-4. */
    private static final class ApiServersNumbers extends JsonSerializer<Double> {
        private static final double LEAST = 1e-6;
        private static final double MOST = 1e21;

        @Override
        public void serialize(Double value, JsonGenerator json, SerializerProvider provider) throws IOException {
            double size = Math.abs(value);
            if (size == 0 || (size >= LEAST && size < MOST)) {
                json.writeNumber(BigDecimal.valueOf(value).stripTrailingZeros().toPlainString());
            } else {
                json.writeNumber(value);
            }
        }
    }
}
