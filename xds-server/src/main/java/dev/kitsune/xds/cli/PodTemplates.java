package dev.kitsune.xds.cli;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kitsune.k8s.inject.Injection;
import dev.kitsune.k8s.inject.Injector;
import dev.kitsune.k8s.read.LabelledPod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The pods, and the templates of pods, in manifests. */
final class PodTemplates {
    private static final JsonPointer TEMPLATE = JsonPointer.compile("/spec/template");
    private static final JsonPointer JOB_TEMPLATE = JsonPointer.compile("/spec/jobTemplate/spec/template");

    /** Where objects have a template, by version and kind. */
    private static final Map<String, JsonPointer> PLACES = Map.of(
            "v1/Pod", JsonPointer.empty(),
            "v1/ReplicationController", TEMPLATE,
            "apps/v1/Deployment", TEMPLATE,
            "apps/v1/StatefulSet", TEMPLATE,
            "apps/v1/DaemonSet", TEMPLATE,
            "apps/v1/ReplicaSet", TEMPLATE,
            "batch/v1/Job", TEMPLATE,
            "batch/v1/CronJob", JOB_TEMPLATE);

    private final Injector injector;
    private final Set<String> enabledNamespaces;
    private final boolean all;
    private final List<String> refusals = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private PodTemplates(Injector injector, Set<String> enabledNamespaces, boolean all) {
        this.injector = injector;
        this.enabledNamespaces = enabledNamespaces;
        this.all = all;
    }

    /** {@code all}: whether all pods are as in a namespace with the label */
    static PodTemplates of(Injector injector, List<InjectedManifest> manifests, boolean all) {
        Set<String> enabled = new HashSet<>();
        manifests.forEach(manifest -> collectEnabled(manifest.document(), enabled));
        return new PodTemplates(injector, enabled, all);
    }

    private static void collectEnabled(JsonNode object, Set<String> enabled) {
        if (isList(object)) {
            object.path("items").forEach(item -> collectEnabled(item, enabled));
        } else if (typeOf(object).equals("v1/Namespace")) {
            Map<String, String> labels = new HashMap<>();
            object.at("/metadata/labels")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
            if (LabelledPod.isEnabled(labels)) {
                enabled.add(object.at("/metadata/name").asText());
            }
        }
    }

    /** Returns a manifest with its sidecars. */
    JsonNode inject(InjectedManifest manifest) {
        return inject(manifest.place(), manifest.document());
    }

    private JsonNode inject(String place, JsonNode object) {
        if (isList(object)) {
            ArrayNode items = object.withArray("items");
            for (int i = 0; i < items.size(); i++) {
                items.set(i, inject(place, items.get(i)));
            }
            return object;
        }
        JsonPointer at = PLACES.get(typeOf(object));
        if (at == null || !object.at(at).isObject()) {
            return object;
        }
        JsonNode template = injected(place + ", " + named(object), object, at);
        if (at.matches()) {
            return template;
        }
        ((ObjectNode) object.at(at.head())).set(at.last().getMatchingProperty(), template);
        return object;
    }

    private JsonNode injected(String place, JsonNode object, JsonPointer at) {
        JsonNode template = object.at(at);
        boolean enabled = all
                || enabledNamespaces.contains(object.at("/metadata/namespace").asText());
        try {
            Injection.OfTemplate injection = injector.injectTemplate(template, enabled);
            injection.refusals().forEach(refusal -> refusals.add(place + ": " + path(at) + refusal));
            injection.warnings().forEach(warning -> warnings.add(place + ": " + warning));
            return injection.template();
        } catch (IllegalArgumentException e) {
            String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            refusals.add(place + ": " + path(at) + "spec: not the form of a pod: " + why);
            return template;
        }
    }

    private static boolean isList(JsonNode object) {
        return typeOf(object).equals("v1/List") && object.path("items").isArray();
    }

    private static String typeOf(JsonNode object) {
        return object.path("apiVersion").asText() + "/" + object.path("kind").asText();
    }

    private static String named(JsonNode object) {
        String namespace = object.at("/metadata/namespace").asText();
        String name = object.at("/metadata/name")
                .asText(object.at("/metadata/generateName").asText());
        return object.path("kind").asText() + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }

    private static String path(JsonPointer at) {
        return at.matches() ? "" : at.toString().substring(1).replace('/', '.') + ".";
    }

    List<String> refusals() {
        return refusals;
    }

    List<String> warnings() {
        return warnings;
    }
}
