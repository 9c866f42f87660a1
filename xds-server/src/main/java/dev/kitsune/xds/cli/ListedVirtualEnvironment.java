package dev.kitsune.xds.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.xds.inspect.NamedVirtualEnvironment;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import net.greypanther.natsort.CaseInsensitiveSimpleNaturalComparator;

/**
 * A virtual environment in a list.
 *
 * @param components the versions that it overrides itself, by names such as {@code shop/cart}
 * @param variables the names of those that it sets itself
 * @param problems their number
 */
record ListedVirtualEnvironment(
        @JsonUnwrapped NamedVirtualEnvironment virtualEnvironment,
        Serving state,
        Map<String, String> components,
        List<String> variables,
        int problems) {
    /** What becomes of requests that name it. */
    enum Serving {
        Served,
        /** They are answered with a 404, because it has ended by itself. */
        Expired,
        /** They are answered with a 404, because its manifest has errors. */
        LeftOut
    }

    VirtualEnvironmentName name() {
        return virtualEnvironment.name();
    }

    /** Returns all of them, pr-2 before pr-10. */
    static List<ListedVirtualEnvironment> all(ResolvedInput resolved) {
        return resolved.catalog().manifests().values().stream()
                .filter(manifest -> manifest.key().kind() == Kind.VirtualEnvironment)
                .map(manifest -> of(manifest, resolved))
                .sorted(Comparator.comparing(
                        listed -> listed.name().value(), CaseInsensitiveSimpleNaturalComparator.<String>getInstance()))
                .toList();
    }

    private static ListedVirtualEnvironment of(Manifest<?> manifest, ResolvedInput resolved) {
        VirtualEnvironmentName name = manifest.key().virtualEnvironmentName();
        ResolvedVirtualEnvironment served = resolved.snapshot().virtualEnvironment(name);
        long problems = resolved.problems().stream()
                .filter(problem -> manifest.key().equals(problem.object()))
                .count();
        VirtualEnvironment spec = (VirtualEnvironment) manifest.spec();
        if (served == null || !served.key().equals(manifest.key())) {
            String environment = spec.base().environment();
            return new ListedVirtualEnvironment(
                    new NamedVirtualEnvironment(
                            name,
                            manifest.key().namespace(),
                            environment == null ? "" : environment,
                            spec.base().parent()),
                    Serving.LeftOut,
                    Map.of(),
                    List.of(),
                    (int) problems);
        }
        Map<String, String> components = new TreeMap<>();
        served.components().forEach((component, resolvedComponent) -> {
            if (resolvedComponent.origin().object().equals(manifest.key())) {
                components.put(component.toString(), resolvedComponent.version().version());
            }
        });
        return new ListedVirtualEnvironment(
                NamedVirtualEnvironment.of(served),
                served.expired() == null ? Serving.Served : Serving.Expired,
                components,
                List.copyOf(new TreeSet<>(spec.data().variables().keySet())),
                (int) problems);
    }
}
