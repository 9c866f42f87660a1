package dev.kitsune.xds.inspect;

import dev.kitsune.envoy.TypeNames;
import dev.kitsune.model.position.Position;
import dev.kitsune.xds.delta.Refusal;
import dev.kitsune.xds.store.RefusedResource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What was made and is not in force, beside the problems of the files: it has no place in any of them. */
final class Refusals {
    private static final String FAULT = "KitsuneFault";
    private static final String REFUSED = "RefusedByProxy";
    private static final String ERROR = "error";
    private static final Position NOWHERE = new Position("", 0, 0);

    private Refusals() {}

    /** Of all resources and proxies: what is not published first. */
    static List<ProblemView> all(Published published) {
        return Stream.concat(
                        published.refused().stream().map(Refusals::of),
                        published.proxies().stream()
                                .flatMap(proxy -> proxy.refused().stream())
                                .sorted(Comparator.comparing(Refusal::nodeId)
                                        .thenComparing(Refusal::type)
                                        .thenComparing(Refusal::name))
                                .map(Refusals::of))
                .toList();
    }

    private static ProblemView of(RefusedResource refused) {
        return nowhere(FAULT, object(refused.origin()), field(refused.origin()), refused.sentence());
    }

    /** In the proxy's words; those about a secret are kept nowhere, because they might quote it. */
    private static ProblemView of(Refusal refusal) {
        return nowhere(
                REFUSED,
                null,
                null,
                "proxy " + refusal.nodeId() + " refuses the " + TypeNames.singular(refusal.type()) + " "
                        + refusal.name() + " and keeps its earlier version: " + refusal.detail());
    }

    private static @Nullable String object(@Nullable String origin) {
        return origin == null ? null : origin.substring(0, (origin + " ").indexOf(' '));
    }

    private static @Nullable String field(@Nullable String origin) {
        int space = origin == null ? -1 : origin.indexOf(' ');
        return origin == null || space < 0 ? null : origin.substring(space + 1);
    }

    private static ProblemView nowhere(String code, @Nullable String object, @Nullable String field, String message) {
        return new ProblemView(NOWHERE, ERROR, code, object, field, null, message);
    }
}
