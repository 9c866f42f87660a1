package dev.kitsune.xds.state;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.manifest.VirtualEnvironment.ReleasedApp;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.read.ReadResult;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The content of a test's files: an environment, its virtual environments, and app deployments. The app deployment
 * {@code shop-2} runs {@code c2} and requires the variable {@code v2}.
 *
 * @param shared the variables of all virtual environments
 */
record ReleaseFiles(
        boolean stable,
        int greeting,
        Set<Integer> shared,
        Map<String, Own> virtualEnvironments,
        Set<Integer> deployments) {
    static final ReleaseFiles FIRST = new ReleaseFiles(
            false,
            0,
            Set.of(1),
            Map.of("a", new Own(release(1, 0), Set.of()), "b", new Own(release(2, 0), Set.of())),
            Set.of(1));

    ReleaseFiles {
        shared = Set.copyOf(shared);
        virtualEnvironments = Map.copyOf(virtualEnvironments);
        deployments = Set.copyOf(deployments);
    }

    /** One virtual environment, with its release and its own variables. */
    record Own(@Nullable Release release, Set<Integer> variables) {}

    /** @param of the number of the app deployment; 0 for none */
    static @Nullable Release release(int of, int request) {
        return of == 0
                ? null
                : new Release(Map.of("shop", new ReleasedApp("shop-" + of, "1")), request == 0 ? null : "again");
    }

    static int deployment(Release release) {
        String name = release.apps().values().iterator().next().appDeployment();
        return Integer.parseInt(name.substring("shop-".length()));
    }

    static Set<Integer> toggled(Set<Integer> of, int one) {
        Set<Integer> toggled = new TreeSet<>(of);
        if (!toggled.remove(one)) {
            toggled.add(one);
        }
        return toggled;
    }

    ReleaseFiles environment(boolean isStable, int greets, Set<Integer> variables) {
        return new ReleaseFiles(isStable, greets, variables, virtualEnvironments, deployments);
    }

    ReleaseFiles with(int deployment) {
        Set<Integer> more = new HashSet<>(deployments);
        more.add(deployment);
        return new ReleaseFiles(stable, greeting, shared, virtualEnvironments, more);
    }

    /** @param own the content of the file; null to delete it */
    ReleaseFiles with(String virtualEnvironment, @Nullable Own own) {
        Map<String, Own> others = new HashMap<>(virtualEnvironments);
        others.remove(virtualEnvironment);
        if (own != null) {
            others.put(virtualEnvironment, own);
        }
        return new ReleaseFiles(stable, greeting, shared, others, deployments);
    }

    /** Whether an app deployment has no problem in a virtual environment. */
    boolean isGood(String virtualEnvironment, int deployment) {
        Own own = virtualEnvironments.get(virtualEnvironment);
        return deployments.contains(deployment)
                && (shared.contains(deployment)
                        || (own != null && own.variables().contains(deployment)));
    }

    PMap<ObjectKey, Manifest<?>> manifests() {
        PMap<ObjectKey, Manifest<?>> manifests = HashTreePMap.empty();
        for (Map.Entry<String, String> file : texts().entrySet()) {
            ReadResult read = ManifestReader.read(file.getKey(), file.getValue());
            if (!read.problems().isEmpty()) {
                throw new AssertionError(read.problems());
            }
            for (Manifest<?> manifest : read.manifests()) {
                manifests = manifests.plus(manifest.key(), manifest);
            }
        }
        return manifests;
    }

    private Map<String, String> texts() {
        Map<String, String> texts = new TreeMap<>();
        texts.put("dev.yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: Environment
                metadata: {name: dev}
                spec:
                  data: {variables: {greeting: g%s%s}}
                  releasePolicy: {type: %s, activationDeadline: %ss, history: {count: %s, ageDays: 1}}
                """.formatted(
                        greeting,
                        variables(shared),
                        stable ? "Stable" : "Testing",
                        ReleaseModel.DEADLINE.toSeconds(),
                        ReleaseModel.COUNT));
        virtualEnvironments.forEach((name, own) -> texts.put(
                name + ".yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: %s, namespace: shop}
                spec: {environment: dev, data: {variables: {name: %s%s}}%s}
                """.formatted(name, name, variables(own.variables()), release(own.release()))));
        deployments.forEach(of -> texts.put("shop-" + of + ".yaml", """
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: shop-%1$s, namespace: shop}
                spec:
                  app: shop
                  version: "1"
                  components: {cart: {version: c%1$s, variables: {v%1$s: {type: String, required: true}}}}
                """.formatted(of)));
        return texts;
    }

    private static String release(@Nullable Release release) {
        return release == null
                ? ""
                : ", release: {apps: {shop: {appDeployment: shop-" + deployment(release) + ", version: \"1\"}}"
                        + (release.request() == null ? "" : ", request: " + release.request()) + "}";
    }

    private static String variables(Set<Integer> variables) {
        StringBuilder text = new StringBuilder();
        new TreeSet<>(variables).forEach(v -> text.append(", v").append(v).append(": there"));
        return text.toString();
    }
}
