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
 * Generated manifests. They have three apps with rules, app deployments for selection, a tree of virtual environments
 * that override data and components, and some whose calls are mirrored.
 *
 * @param text the manifests
 * @param virtualEnvironments the names of virtual environments, without {@link #COPIED_TO}
 * @param deployments the names of app deployments, in which unreleased ones occur several times
 * @param rules the rules by field, as origins name it
 */
record VirtualEnvironmentSet(
        String text, List<String> virtualEnvironments, List<String> deployments, Map<String, String> rules) {
    /** The component version with a real sidecar. All others are reached without one. */
    static final ComponentVersion BESIDE = new ComponentVersion("shop", "web", "s1");

    /** The Workload of that version. */
    static final String WORKLOAD = "shop-web-s1";

    /**
     * The virtual environments that receive mirrored calls. No request selects them, and no other one has their
     * component versions.
     */
    static final List<String> COPIED_TO = List.of("copy-1", "copy-2");

    /** Generates a set. */
    static VirtualEnvironmentSet generate(Random random, Ports ports) {
        return new SetGenerator(random, ports).generate();
    }

    /** The ports of workloads and adapters. */
    interface Ports {
        /** Returns the port of {@code shop/web@s1} or {@code ext}. */
        int of(String name);

        /** Returns the port of a component version that only receives mirrored calls. */
        int ofCopies(String name);
    }

    /** Replaces a text in all rules and values, so that a trace with these manifests is wrong. */
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
