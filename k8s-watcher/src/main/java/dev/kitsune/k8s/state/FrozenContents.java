package dev.kitsune.k8s.state;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.snapshot.ReleaseManifest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The frozen contents of releases, an immutable object for each. An object that a status names never gets another
 * content: where the name is taken by another content, the new object has a longer name.
 */
final class FrozenContents {
    private static final int SUFFIX = 8;

    private final ReleaseApi api;

    FrozenContents(ReleaseApi api) {
        this.api = api;
    }

    /** Returns the usual name of the object of a release. */
    static String name(ReleaseObject owner, int id) {
        return owner.key().name() + "-" + id;
    }

    /** Returns all contents by namespace and name. An object that cannot be understood is left out. */
    Map<String, ReleaseManifest> all() {
        Map<String, ReleaseManifest> all = new HashMap<>();
        api.manifests(manifest -> {
            ReleaseManifest content = content(manifest);
            if (content != null) {
                all.put(
                        place(
                                manifest.getMetadata().getNamespace(),
                                manifest.getMetadata().getName()),
                        content);
            }
        });
        return all;
    }

    static String place(String namespace, String name) {
        return namespace + "/" + name;
    }

    /** Returns the content of an object; null if there is none that can be understood. */
    @Nullable
    ReleaseManifest get(String namespace, String name) {
        GenericKubernetesResource found = api.manifest(namespace, name);
        return found == null ? null : content(found);
    }

    /**
     * Stores the contents of a status that are not stored yet, and returns the name of the object of each release.
     *
     * @param known the stored contents of the status that stands there now, by the names of their objects
     * @param names those names by the ids of their releases
     */
    Map<Integer, String> keep(
            ReleaseObject owner, ReleaseStatus status, Map<String, ReleaseManifest> known, Map<Integer, String> names) {
        Map<Integer, String> kept = new HashMap<>();
        for (ReleaseEntry entry : ReleaseForm.frozen(status)) {
            ReleaseManifest content = Objects.requireNonNull(entry.frozen());
            String name = names.get(entry.id());
            kept.put(
                    entry.id(),
                    name != null && content.equals(known.get(name)) ? name : keep(owner, entry.id(), content));
        }
        return kept;
    }

    private String keep(ReleaseObject owner, int id, ReleaseManifest content) {
        Map<String, Object> spec = StatusJson.map(content);
        String usual = name(owner, id);
        String other =
                usual + "-" + StatusJson.digest(List.of(owner.uid(), spec)).substring(0, SUFFIX);
        for (String name : List.of(usual, other)) {
            GenericKubernetesResource found = api.manifest(owner.key().namespace(), name);
            if (found == null && api.create(manifest(owner, name, spec))) {
                return name;
            }
            // A process that ended before it wrote the status, or one that decides the same now, has made it.
            GenericKubernetesResource there =
                    found == null ? api.manifest(owner.key().namespace(), name) : found;
            if (there != null && belongs(there, owner) && content.equals(content(there))) {
                return name;
            }
        }
        throw new KubernetesClientException("the ReleaseManifests " + usual + " and " + other
                + " have other contents: delete those that no status names");
    }

    void delete(ReleaseObject owner, String name) {
        api.deleteManifest(owner.key().namespace(), name);
    }

    /** Whether it ends with this object, and not with an earlier one of the same name. */
    private static boolean belongs(GenericKubernetesResource manifest, ReleaseObject owner) {
        return manifest.getMetadata().getDeletionTimestamp() == null
                && manifest.getMetadata().getOwnerReferences().stream()
                        .anyMatch(reference -> reference.getUid().equals(owner.uid()));
    }

    private static @Nullable ReleaseManifest content(GenericKubernetesResource manifest) {
        Object spec = manifest.get("spec");
        try {
            return spec == null ? null : StatusJson.read(spec, ReleaseManifest.class);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static GenericKubernetesResource manifest(ReleaseObject owner, String name, Map<String, Object> spec) {
        GenericKubernetesResource manifest = new GenericKubernetesResource();
        manifest.setApiVersion(Kind.API_VERSION);
        manifest.setKind(ReleaseApi.MANIFEST);
        manifest.setMetadata(new ObjectMetaBuilder()
                .withNamespace(owner.key().namespace())
                .withName(name)
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion(Kind.API_VERSION)
                        .withKind(owner.key().kind().name())
                        .withName(owner.key().name())
                        .withUid(owner.uid())
                        .build())
                .build());
        manifest.setAdditionalProperty("spec", spec);
        return manifest;
    }
}
