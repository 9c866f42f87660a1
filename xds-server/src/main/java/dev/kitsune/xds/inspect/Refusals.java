package dev.kitsune.xds.inspect;

import dev.kitsune.envoy.TypeNames;
import dev.kitsune.model.position.Position;
import dev.kitsune.xds.store.Refusal;
import dev.kitsune.xds.store.RefusedResource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The resources that were made but are not in force. They have no position in a file. */
final class Refusals {
    private static final String FAULT = "KitsuneFault";
    private static final String REFUSED = "RefusedByProxy";
    private static final String ERROR = "error";
    private static final Position NOWHERE = new Position("", 0, 0);

    private Refusals() {}

    /** Returns the problems of all resources and proxies. Unpublished resources come first. */
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

    /**
     * Returns the proxy's error message. Messages about secrets are not stored, because they might quote the secret.
     */
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
