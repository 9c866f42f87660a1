package dev.kitsune.envoy;

import com.google.common.collect.ImmutableList;
import dev.kitsune.model.problem.DidYouMean;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The names of the types of resource: Envoy's short names, in the singular and in the plural, and the names of the
 * discovery services. Upper and lower case are the same.
 */
public final class TypeNames {
    /** In the order in which a request uses them. */
    public static final ImmutableList<ResourceType> IN_ORDER = ImmutableList.of(
            ResourceType.LISTENER,
            ResourceType.SCOPED_ROUTE,
            ResourceType.ROUTE,
            ResourceType.CLUSTER,
            ResourceType.ENDPOINT,
            ResourceType.SECRET);

    private TypeNames() {}

    /** {@code cluster}, {@code scope}: of one resource. */
    public static String singular(ResourceType type) {
        return type == ResourceType.SCOPED_ROUTE ? "scope" : lower(type.name());
    }

    /** {@code clusters}, {@code scopes}: of all. */
    public static String plural(ResourceType type) {
        return singular(type) + "s";
    }

    /** Returns the type with a name; empty for none. */
    public static Optional<ResourceType> parse(String written) {
        String name = lower(written);
        return IN_ORDER.stream()
                .filter(type -> accepted(type).anyMatch(name::equals))
                .findFirst();
    }

    /** Returns a sentence for an unknown name, with a suggestion and all known names. */
    public static String unknown(String written) {
        List<String> known = IN_ORDER.stream().flatMap(TypeNames::accepted).toList();
        return "'" + written + "' is not a type of resource"
                + DidYouMean.nearest(written, known)
                        .map(name -> "; did you mean \"" + name + "\"? Expected ")
                        .orElse("; expected ")
                + "one of " + IN_ORDER.stream().map(TypeNames::plural).collect(Collectors.joining(", "))
                + " (or the singular, or "
                + IN_ORDER.stream().map(TypeNames::service).collect(Collectors.joining(", ")) + ")";
    }

    /** The API once accepted only the long name, {@code scoped-route}. */
    private static Stream<String> accepted(ResourceType type) {
        String whole = lower(type.name());
        return Stream.of(plural(type), singular(type), service(type), whole, whole + "s")
                .distinct();
    }

    /** {@code cds}, {@code srds}: the discovery service. */
    private static String service(ResourceType type) {
        return lower(type.name()).replaceAll("([a-z])[a-z]*-?", "$1") + "ds";
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
