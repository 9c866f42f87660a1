package dev.kitsune.model.index;

import dev.kitsune.model.catalog.Precedence;
import dev.kitsune.model.manifest.PodTemplate;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Origin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/**
 * The declarations of component versions. All objects that name a version must declare it equally. If two do not, the
 * declaration that comes first by {@link Precedence} is in force.
 *
 * @param templates of their pods, for those that have one. The first one is in force, too
 * @param conflicts versions that are declared differently somewhere
 */
public record Declarations(
        PMap<ComponentVersion, Of> versions,
        PMap<ComponentVersion, Declaration> inForce,
        PMap<ComponentVersion, PodTemplate> templates,
        PSet<ComponentVersion> conflicts) {
    public static final Declarations EMPTY =
            new Declarations(HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty(), HashTreePSet.empty());

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

    /**
     * All declarations of one version.
     *
     * @param templates those of its pods. A place without one says nothing about them
     */
    record Of(Agreement<Declaration> declarations, Agreement<PodTemplate> templates) {
        private static final Of NOTHING = new Of(Agreement.none(), Agreement.none());

        private boolean isAgreed() {
            return declarations.differing().isEmpty() && templates.differing().isEmpty();
        }
    }

    /** What one place declares. */
    public record Declared(
            Declaration declaration, @Nullable PodTemplate template) {}

    @Nullable
    public Declaration inForce(ComponentVersion version) {
        return inForce.get(version);
    }

    /** {@code now}: the new declaration of each place; null if it no longer declares the version */
    public Declarations with(ComponentVersion version, Map<Place, @Nullable Declared> now) {
        Map<Place, @Nullable Declaration> declared = new HashMap<>();
        Map<Place, @Nullable PodTemplate> templated = new HashMap<>();
        now.forEach((place, one) -> {
            declared.put(place, one == null ? null : one.declaration());
            templated.put(place, one == null ? null : one.template());
        });
        Of before = versions.getOrDefault(version, Of.NOTHING);
        Of next = new Of(
                before.declarations().with(declared, Declarations::same),
                before.templates().with(templated, PodTemplate::equals));
        Declaration chosen = next.declarations().first();
        PodTemplate template = next.templates().first();
        return new Declarations(
                chosen == null ? versions.minus(version) : versions.plus(version, next),
                chosen == null ? inForce.minus(version) : inForce.plus(version, chosen),
                template == null ? templates.minus(version) : templates.plus(version, template),
                next.isAgreed() ? conflicts.minus(version) : conflicts.plus(version));
    }

    public List<Problem> problems(ComponentVersion version) {
        Of of = versions.get(version);
        if (of == null || of.isAgreed()) {
            return List.of();
        }
        List<Problem> problems = new ArrayList<>();
        of.declarations()
                .differing()
                .forEach(place -> problems.add(conflict(
                        place,
                        "",
                        version + " declares another protocol or other variables, secrets or dependencies in "
                                + of.declarations().firstOwner())));
        of.templates()
                .differing()
                .forEach(place -> problems.add(conflict(
                        place,
                        ".template",
                        version + " has another template of its pods in "
                                + of.templates().firstOwner())));
        return problems;
    }

    private static Problem conflict(Place place, String part, String how) {
        return new Problem(
                ProblemCode.ComponentVersionConflict,
                place.precedence().position(),
                place.origin().object(),
                place.origin().field() + part,
                how + ": declare them equally, or give this build a version of its own");
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
