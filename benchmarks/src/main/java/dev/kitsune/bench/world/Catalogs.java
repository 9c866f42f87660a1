package dev.kitsune.bench.world;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.read.ManifestReader;
import dev.kitsune.model.read.ReadResult;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pcollections.HashTreePMap;

/** Makes the catalogs of a {@link World} from its YAML, with Kitsune's own reader. */
public final class Catalogs {
    private Catalogs() {}

    /** Returns the catalog of a world with this number of virtual environments. */
    public static CatalogChange of(World world, int virtualEnvironments) {
        Map<ObjectKey, Manifest<?>> manifests = new HashMap<>();
        Map<SecretId, Secret> secrets = new HashMap<>();
        read("base.yaml", world.base()).forEach(m -> manifests.put(m.key(), m));
        secrets.put(secretId("main"), secret("key-main"));
        for (int i = 0; i < virtualEnvironments; i++) {
            read(file(i), world.virtualEnvironment(i, greeting(i))).forEach(m -> manifests.put(m.key(), m));
            secrets.put(secretId(World.name(i).value()), secret(World.credential(i)));
        }
        return new CatalogChange(
                new Catalog(HashTreePMap.from(manifests), HashTreePMap.from(secrets), false),
                manifests.keySet(),
                secrets.keySet(),
                List.of());
    }

    /**
     * Returns the catalog after a change of one virtual environment's file.
     *
     * @param text the new content; empty if the file is deleted
     */
    public static CatalogChange change(Catalog before, int virtualEnvironment, String text) {
        Catalog catalog = before;
        Set<ObjectKey> changed = new HashSet<>();
        Set<SecretId> secrets = new HashSet<>();
        for (ObjectKey key : keys(virtualEnvironment)) {
            if (catalog.manifests().containsKey(key)) {
                catalog = new Catalog(catalog.manifests().minus(key), catalog.secrets(), false);
                changed.add(key);
            }
        }
        for (Manifest<?> manifest : read(file(virtualEnvironment), text)) {
            catalog = new Catalog(catalog.manifests().plus(manifest.key(), manifest), catalog.secrets(), false);
            changed.add(manifest.key());
        }
        SecretId secret = secretId(World.name(virtualEnvironment).value());
        if (!catalog.secrets().containsKey(secret)) {
            catalog = new Catalog(
                    catalog.manifests(),
                    catalog.secrets().plus(secret, secret(World.credential(virtualEnvironment))),
                    false);
            secrets.add(secret);
        }
        return new CatalogChange(catalog, changed, secrets, List.of());
    }

    /** Returns the value of a virtual environment's variable before any change. */
    public static String greeting(int virtualEnvironment) {
        return "hello-" + virtualEnvironment;
    }

    public static String file(int virtualEnvironment) {
        return World.name(virtualEnvironment) + ".yaml";
    }

    private static List<ObjectKey> keys(int virtualEnvironment) {
        return List.of(
                new ObjectKey(
                        dev.kitsune.model.manifest.Kind.VirtualEnvironment,
                        "shop",
                        World.name(virtualEnvironment).value()),
                new ObjectKey(dev.kitsune.model.manifest.Kind.Workload, "shop", "cart-own-" + virtualEnvironment));
    }

    private static List<Manifest<?>> read(String file, String text) {
        ReadResult result = ManifestReader.read(file, text);
        if (!result.problems().isEmpty()) {
            throw new IllegalStateException("the benchmark's manifests have problems: " + result.problems());
        }
        return new ArrayList<>(result.manifests());
    }

    private static SecretId secretId(String name) {
        return new SecretId("", name);
    }

    private static Secret secret(String value) {
        return new Secret(Map.of("token", SecretValue.of(value)));
    }
}
