package dev.kitsune.model.index;

import dev.kitsune.model.catalog.Precedence;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Origin;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.TreePMap;

/**
 * The declarations of component versions. All objects that name a version must declare it equally. If two do not, the
 * declaration that comes first by {@link Precedence} is in force.
 *
 * @param conflicts versions that are declared differently somewhere
 */
public record Declarations(
        PMap<ComponentVersion, Of> versions,
        PMap<ComponentVersion, Declaration> inForce,
        PSet<ComponentVersion> conflicts) {
    public static final Declarations EMPTY =
            new Declarations(HashTreePMap.empty(), HashTreePMap.empty(), HashTreePSet.empty());

    /**
     * A place of a declaration. The order decides which declaration is in force. Frozen ones come first, because users
     * can no longer change them.
     */
    public record Place(boolean frozen, Precedence precedence, Origin origin) implements Comparable<Place> {
        private static final Comparator<Place> ORDER = Comparator.comparing((Place p) -> !p.frozen())
                .thenComparing(Place::precedence)
                .thenComparing(p -> p.origin().object())
                .thenComparing(p -> p.origin().field());

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    /** All declarations of one version. */
    record Of(TreePMap<Place, Declaration> all, PSet<Place> differing) {}

    @Nullable
    public Declaration inForce(ComponentVersion version) {
        return inForce.get(version);
    }

    /** {@code now}: the new declaration of each place; null if it no longer declares the version */
    public Declarations with(ComponentVersion version, Map<Place, @Nullable Declaration> now) {
        Of before = versions.get(version);
        Declaration served = inForce.get(version);
        TreePMap<Place, Declaration> all = before == null ? TreePMap.empty() : before.all();
        for (Map.Entry<Place, @Nullable Declaration> entry : now.entrySet()) {
            Declaration declaration = entry.getValue();
            all = declaration == null ? all.minus(entry.getKey()) : all.plus(entry.getKey(), declaration);
        }
        if (all.isEmpty()) {
            return new Declarations(versions.minus(version), inForce.minus(version), conflicts.minus(version));
        }
        Declaration chosen = all.firstEntry().getValue();
        PSet<Place> differing = HashTreePSet.empty();
        if (before != null && served != null && same(chosen, served)) {
            differing = before.differing().minusAll(now.keySet());
            for (Map.Entry<Place, @Nullable Declaration> entry : now.entrySet()) {
                Declaration declaration = entry.getValue();
                if (declaration != null && !same(declaration, chosen)) {
                    differing = differing.plus(entry.getKey());
                }
            }
        } else {
            for (Map.Entry<Place, Declaration> entry : all.entrySet()) {
                if (!same(entry.getValue(), chosen)) {
                    differing = differing.plus(entry.getKey());
                }
            }
        }
        return new Declarations(
                versions.plus(version, new Of(all, differing)),
                inForce.plus(version, chosen),
                differing.isEmpty() ? conflicts.minus(version) : conflicts.plus(version));
    }

    public List<Problem> problems(ComponentVersion version) {
        Of of = versions.get(version);
        Declaration first = inForce.get(version);
        if (of == null || first == null) {
            return List.of();
        }
        return of.differing().stream()
                .map(place -> new Problem(
                        ProblemCode.ComponentVersionConflict,
                        place.precedence().position(),
                        place.origin().object(),
                        place.origin().field(),
                        version + " declares another protocol or other variables, secrets or dependencies in "
                                + first.origin().object()
                                + ": declare them equally, or give this build a version of its own"))
                .toList();
    }

    /** Their places do not matter. */
    private static boolean same(Declaration a, Declaration b) {
        return a.namespace().equals(b.namespace())
                && a.variables().equals(b.variables())
                && a.secrets().equals(b.secrets())
                && a.dependencies().equals(b.dependencies())
                && a.protocol() == b.protocol();
    }
}
