package dev.kitsune.model.release;

import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.snapshot.ReleaseManifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One difference between the files and a frozen Stable release. The next release would serve the files' version.
 *
 * @param what the changed item, such as {@code variable greeting} or
 *     {@code app deployment shop/shop-main, component cart}
 * @param origin the field that it comes from now, or the earlier field if there is none now
 * @param frozen the served value; null if there was none. Both values are null if they are too long to show
 * @param live the value in the files; null if there is none any more
 */
public record Drift(
        String what,
        String origin,
        @Nullable String frozen,
        @Nullable String live) {

    /**
     * Returns all differences, ordered by kind and name. {@code now}: the content that a release would freeze now; null
     * if it could not
     */
    public static List<Drift> between(ReleaseManifest then, @Nullable ReleaseManifest now) {
        if (now == null) {
            return List.of();
        }
        List<Drift> all = new ArrayList<>();
        Map<String, Object> before = new HashMap<>();
        Map<String, Object> after = new HashMap<>();
        components(then, before);
        components(now, after);
        compare("app deployment ", before, after, k -> "", v -> "", all);
        compare("adapter ", names(then.adapters()), names(now.adapters()), v -> "", v -> "", all);
        compare(
                "override ",
                then.overlay().overrides(),
                now.overlay().overrides(),
                v -> v.origin().toString(),
                v -> v.version().version(),
                all);
        compare(
                "variable ",
                then.overlay().variables(),
                now.overlay().variables(),
                v -> v.origin().toString(),
                v -> v.value().text(),
                all);
        compare(
                "secret ",
                then.overlay().secrets(),
                now.overlay().secrets(),
                v -> v.origin().toString(),
                v -> v.location().toString(),
                all);
        return all;
    }

    private static void components(ReleaseManifest manifest, Map<String, Object> into) {
        manifest.appDeployments().forEach((key, spec) -> {
            for (Map.Entry<String, AppDeployment.Component> of :
                    spec.components().entrySet()) {
                into.put(name(key) + ", component " + of.getKey(), of.getValue());
            }
        });
    }

    private static <V> Map<String, V> names(Map<ObjectKey, V> objects) {
        Map<String, V> names = new HashMap<>();
        objects.forEach((key, value) -> names.put(name(key), value));
        return names;
    }

    private static String name(ObjectKey key) {
        return key.namespace() + "/" + key.name();
    }

    private static <K, V> void compare(
            String kind,
            Map<K, V> then,
            Map<K, V> now,
            Function<V, String> origin,
            Function<V, String> text,
            List<Drift> into) {
        TreeSet<String> names = new TreeSet<>();
        Map<String, V> before = new HashMap<>();
        Map<String, V> after = new HashMap<>();
        then.forEach((key, value) -> before.put(key.toString(), value));
        now.forEach((key, value) -> after.put(key.toString(), value));
        names.addAll(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            V old = before.get(name);
            V live = after.get(name);
            String was = old == null ? null : text.apply(old);
            String is = live == null ? null : text.apply(live);
            boolean same = Objects.equals(was, is) && (!"".equals(was) || Objects.equals(old, live));
            if (!same) {
                V any = live != null ? live : Objects.requireNonNull(old, name);
                into.add(new Drift(kind + name, origin.apply(any), was, is));
            }
        }
    }
}
