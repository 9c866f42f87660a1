package dev.kitsune.e2e.trace;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.read.ReadResult;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.resolve.Resolver;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.pcollections.HashTreePMap;

/**
 * Generated manifests: three apps with rules, app deployments to be selected, a tree of virtual environments that
 * override data and components, and some whose calls are copied.
 *
 * @param text the manifests
 * @param virtualEnvironments their names, but for {@link #COPIED_TO}
 * @param deployments the names of app deployments, those that nobody releases several times
 * @param rules by the field that holds them, as origins name it
 */
record VirtualEnvironmentSet(
        String text, List<String> virtualEnvironments, List<String> deployments, Map<String, String> rules) {
    /** The component version with a real sidecar; all others are reached without one. */
    static final ComponentVersion BESIDE = new ComponentVersion("shop", "web", "s1");

    /** Its Workload. */
    static final String WORKLOAD = "shop-web-s1";

    /**
     * The virtual environments that copies of calls go to: no request selects them, and nothing else runs their
     * component versions.
     */
    static final List<String> COPIED_TO = List.of("copy-1", "copy-2");

    /** Makes one. */
    static VirtualEnvironmentSet generate(Random random, Ports ports) {
        return new SetGenerator(random, ports).generate();
    }

    /** Where workloads and adapters answer. */
    interface Ports {
        /** Of {@code shop/web@s1} or {@code ext}. */
        int of(String name);

        /** Of a component version that gets nothing but copies. */
        int ofCopies(String name);
    }

    /** With something else in place of a text in all rules and values: what the trace would see if it were mistaken. */
    VirtualEnvironmentSet mistaken(String text, String other) {
        return new VirtualEnvironmentSet(this.text.replace(text, other), virtualEnvironments, deployments, rules);
    }

    Resolution resolve() {
        ReadResult read = ManifestReader.read("set.yaml", text);
        Map<ObjectKey, Manifest<?>> manifests = new HashMap<>();
        read.manifests().forEach(manifest -> manifests.put(manifest.key(), manifest));
        Map<String, SecretValue> keys = new HashMap<>();
        virtualEnvironments.forEach(name -> keys.put(name, SecretValue.of("key of " + name)));
        Map<SecretId, Secret> secrets = Map.of(new SecretId("", "keys"), new Secret(keys));
        return Resolver.resolve(new CatalogChange(
                new Catalog(HashTreePMap.from(manifests), HashTreePMap.from(secrets), false),
                manifests.keySet(),
                secrets.keySet(),
                read.problems()));
    }
}
