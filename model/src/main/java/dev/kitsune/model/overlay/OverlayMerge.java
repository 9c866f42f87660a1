package dev.kitsune.model.overlay;

import dev.kitsune.model.index.Chain;
import dev.kitsune.model.index.ProblemReport;
import dev.kitsune.model.index.Reads;
import dev.kitsune.model.manifest.Environment;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.SecretRef;
import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.snapshot.Overlay.SecretSource;
import dev.kitsune.model.snapshot.SecretLocation;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Merges variables and secrets layer by layer. The nearest value of each name replaces all others. */
final class OverlayMerge {
    private OverlayMerge() {}

    /**
     * {@code namespace}: the namespace of the virtual environment that uses the environment, where its secrets are
     * looked up
     */
    static Overlay base(ObjectKey key, Environment environment, String namespace, Reads reads) {
        Map<String, Overlay.OverlayVariable> variables = new HashMap<>();
        Map<String, SecretSource> secrets = new HashMap<>();
        environment.data().variables().forEach((name, value) -> variables.put(name, variable(key, name, value)));
        environment
                .data()
                .secrets()
                .forEach((name, ref) -> secrets.put(name, secret(key, namespace, name, ref, reads)));
        return new Overlay(variables, secrets);
    }

    /** Returns the parent's overlay, but references to secrets in the Environment lead to the child's namespace. */
    static Overlay inherit(Chain parent, String namespace, Reads reads) {
        if (!reads.namespacedSecrets() || parent.key().namespace().equals(namespace)) {
            return parent.overlay();
        }
        Map<String, SecretSource> secrets = new HashMap<>(parent.overlay().secrets());
        secrets.replaceAll((name, source) -> {
            if (source.origin().object().kind() != Kind.Environment) {
                return source;
            }
            SecretLocation location = new SecretLocation(
                    reads.secretId(namespace, source.location().secret().name()),
                    source.location().key());
            return new SecretSource(location, reads.present(location), source.origin());
        });
        return new Overlay(parent.overlay().variables(), secrets);
    }

    @SuppressWarnings("ReferenceEquality") // Values that equal the parent's are the same instances as the parent's.
    static Overlay merge(Overlay inherited, ObjectKey key, VirtualEnvironment spec, Reads reads, ProblemReport report) {
        Map<String, Overlay.OverlayVariable> variables = without(
                inherited.variables(), spec.unset().variables(), new Origin(key, "spec.unset.variables"), report);
        Map<String, SecretSource> secrets =
                without(inherited.secrets(), spec.unset().secrets(), new Origin(key, "spec.unset.secrets"), report);
        if (!spec.data().variables().isEmpty()) {
            Map<String, Overlay.OverlayVariable> merged = new HashMap<>(variables);
            spec.data().variables().forEach((name, value) -> merged.put(name, variable(key, name, value)));
            variables = merged;
        }
        if (!spec.data().secrets().isEmpty()) {
            Map<String, SecretSource> merged = new HashMap<>(secrets);
            spec.data()
                    .secrets()
                    .forEach((name, ref) -> merged.put(name, secret(key, key.namespace(), name, ref, reads)));
            secrets = merged;
        }
        return variables == inherited.variables() && secrets == inherited.secrets()
                ? inherited
                : new Overlay(variables, secrets);
    }

    private static <V> Map<String, V> without(
            Map<String, V> inherited, Set<String> unset, Origin at, ProblemReport report) {
        if (unset.isEmpty()) {
            return inherited;
        }
        Map<String, V> left = new HashMap<>(inherited);
        for (String name : new TreeSet<>(unset)) {
            if (left.remove(name) == null) {
                report.add(
                        ProblemCode.NothingToUnset,
                        at,
                        "\"" + name + "\" is not inherited, so there is nothing to unset");
            }
        }
        return left;
    }

    private static Overlay.OverlayVariable variable(ObjectKey key, String name, Value value) {
        return new Overlay.OverlayVariable(value, new Origin(key, "spec.data.variables." + name));
    }

    private static SecretSource secret(ObjectKey key, String namespace, String name, SecretRef ref, Reads reads) {
        SecretLocation location = new SecretLocation(reads.secretId(namespace, ref.name()), ref.key());
        return new SecretSource(location, reads.present(location), new Origin(key, "spec.data.secrets." + name));
    }
}
