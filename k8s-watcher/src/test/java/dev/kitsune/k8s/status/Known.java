package dev.kitsune.k8s.status;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.manifest.VirtualEnvironment.ReleasedApp;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.snapshot.InheritedProblem;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretLocation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Objects, and what Kitsune may know of them. */
final class Known {
    static final ObjectKey FIX = virtualEnvironment("fix");
    static final ObjectKey ADAPTER = new ObjectKey(Kind.Adapter, "shop", "stripe");
    static final Release RELEASE = new Release(Map.of("shop", new ReleasedApp("shop-1", "1.0")), null);
    static final ProxyFacts ALL_ACKNOWLEDGED = new ProxyFacts(26, 9, 9, 0, null, Set.of(), Set.of());
    static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

    private Known() {}

    static ObjectKey virtualEnvironment(String name) {
        return new ObjectKey(Kind.VirtualEnvironment, "shop", name);
    }

    static Problem problem(ProblemCode code, ObjectKey object, @Nullable String field, String message) {
        return new Problem(code, Position.ofObject(object.toString()), object, field, message);
    }

    static Problem invalid(String message) {
        return problem(ProblemCode.InvalidValue, FIX, "spec.mirror", message);
    }

    static ResolvedVirtualEnvironment resolved(ObjectKey key, Problem... problems) {
        return resolved(key, null, problems);
    }

    static ResolvedVirtualEnvironment resolved(ObjectKey key, List<InheritedProblem> inherited) {
        return resolved(key, new ResolvedVirtualEnvironment.Condition(List.of(), inherited, null));
    }

    static ResolvedVirtualEnvironment resolved(ObjectKey key, @Nullable Expired expired, Problem... problems) {
        return resolved(key, new ResolvedVirtualEnvironment.Condition(List.of(problems), List.of(), expired));
    }

    private static ResolvedVirtualEnvironment resolved(ObjectKey key, ResolvedVirtualEnvironment.Condition condition) {
        return new ResolvedVirtualEnvironment(
                new ResolvedVirtualEnvironment.Identity(
                        key.virtualEnvironmentName(), key.namespace(), "dev", null, false),
                new Overlay(
                        Map.of(),
                        Map.of(
                                "stripeKey",
                                new Overlay.SecretSource(
                                        new SecretLocation(new SecretId("shop", "stripe"), "token"),
                                        true,
                                        new Origin(key, "spec.data.secrets.stripeKey")))),
                ResolvedVirtualEnvironment.ReleasedApps.NONE,
                Map.of(),
                Map.of(),
                ResolvedVirtualEnvironment.Traffic.NONE,
                condition);
    }

    /** What is known of a virtual environment that is served as it should be. */
    static ObjectFacts served(ObjectKey key) {
        return facts(key, ALL_ACKNOWLEDGED);
    }

    static ObjectFacts facts(ObjectKey key, ProxyFacts proxies, Problem... problems) {
        return facts(List.of(problems), new OverlayFacts(resolved(key), null, null, null, proxies, Set.of()));
    }

    static ObjectFacts facts(List<Problem> problems, OverlayFacts of) {
        return ObjectFacts.ofVirtualEnvironment(problems, of);
    }

    static ReleaseStatus release(@Nullable ReleaseEntry active, @Nullable ReleaseEntry pending, boolean exceeded) {
        return new ReleaseStatus(RELEASE, null, 8, active, pending, List.of(), exceeded);
    }

    static ReleaseEntry entry(int id, ReleaseEntry.Phase phase, String... problems) {
        return new ReleaseEntry(
                id,
                RELEASE,
                ReleaseEntry.ReleaseSource.Manifest,
                phase,
                new ReleaseEntry.ReleaseTimes(NOW, NOW.plusSeconds(300), null, null),
                List.of(problems),
                null);
    }

    /** Returns an object without a status. */
    static SeenObject object(ObjectKey key) {
        return object(key, 1, 1, Map.of(), null);
    }

    /** {@code status}: the one that stands in it; null for none */
    static SeenObject object(
            ObjectKey key, long generation, long revision, Map<String, Object> spec, @Nullable Object status) {
        return SeenObject.of(key, resource(key, generation, revision, spec, status));
    }

    static GenericKubernetesResource resource(
            ObjectKey key, long generation, long revision, Map<String, Object> spec, @Nullable Object status) {
        GenericKubernetesResource resource = new GenericKubernetesResource();
        resource.setMetadata(new ObjectMetaBuilder()
                .withName(key.name())
                .withNamespace(key.namespace())
                .withUid("uid-of-" + key.name())
                .withGeneration(generation)
                .withResourceVersion(Long.toString(revision))
                .build());
        Map<String, Object> fields = new HashMap<>(Map.of("spec", spec));
        if (status != null) {
            fields.put("status", status);
        }
        resource.setAdditionalProperties(fields);
        return resource;
    }
}
