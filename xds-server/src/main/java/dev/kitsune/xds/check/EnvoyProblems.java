package dev.kitsune.xds.check;

import com.google.protobuf.Message;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.TypeNames;
import dev.kitsune.envoy.gate.ConfigurationFault;
import dev.kitsune.envoy.gate.ResourceGate;
import dev.kitsune.envoy.trace.Reachable;
import dev.kitsune.envoy.translate.Translator;
import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the resources of proxies, each of them once, and finds the faults for which Envoy would reject them. It uses
 * the same gate as publishing.
 */
public final class EnvoyProblems {
    /** Makes a resource by its name. */
    @FunctionalInterface
    interface Translation {
        Optional<Translated> translate(ResourceType type, String name);
    }

    private final Translation translation;
    private final FaultPlaces places;
    private final Set<ServedName> seen = new HashSet<>();
    private final Deque<ServedName> unread = new ArrayDeque<>();
    private final List<Problem> problems = new ArrayList<>();

    private EnvoyProblems(Catalog catalog, Translation translation) {
        this.translation = translation;
        this.places = new FaultPlaces(catalog);
    }

    /**
     * Returns the problems in {@link Problem#ORDER}. The list is nearly always empty, because earlier checks find
     * mistakes and describe them better.
     */
    public static List<Problem> of(Catalog catalog, Snapshot snapshot) {
        return of(catalog, snapshot, (type, name) -> Translator.translate(type, name, snapshot));
    }

    static List<Problem> of(Catalog catalog, Snapshot snapshot, Translation translation) {
        EnvoyProblems found = new EnvoyProblems(catalog, translation);
        ServedNames.of(snapshot).forEach(found::add);
        while (!found.unread.isEmpty()) {
            found.check(found.unread.remove());
        }
        return found.problems.stream().sorted(Problem.ORDER).distinct().toList();
    }

    private void add(ServedName name) {
        if (seen.add(name)) {
            unread.add(name);
        }
    }

    private void check(ServedName name) {
        Optional<Translated> made;
        try {
            made = translation.translate(name.type(), name.name());
        } catch (RuntimeException e) {
            problem(name, new ConfigurationFault("", "no " + e.getClass().getSimpleName(), null));
            return;
        }
        made.map(Translated::resource).ifPresent(resource -> check(name, resource));
    }

    private void check(ServedName name, Message resource) {
        ResourceGate.faults(resource).forEach(fault -> problem(name, fault));
        Reachable.references(resource, (type, reference) -> add(new ServedName(type, reference)));
    }

    private void problem(ServedName name, ConfigurationFault fault) {
        FaultPlaces.FaultPlace place = places.of(name, fault);
        problems.add(new Problem(
                ProblemCode.InvalidValue,
                place.position(),
                place.object(),
                place.field(),
                "Envoy would refuse the " + TypeNames.singular(name.type()) + " that is made from this value, because"
                        + " of "
                        + fault + "; correct the value, or report a fault of Kitsune if the value is correct"));
    }
}
