package dev.kitsune.envoy.name;

import dev.kitsune.envoy.name.RouteName.GatewayRouteName;
import dev.kitsune.envoy.name.RouteName.InboundRouteName;
import dev.kitsune.envoy.name.RouteName.OutboundRouteName;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.stream.Stream;

/**
 * The key by which a request finds its scope, such as {@code out/main}.
 *
 * @param direction {@link #ALL} for all directions that a proxy has
 */
public record ScopeKey(String direction, VirtualEnvironmentName virtualEnvironment) {
    /** Stands in place of a direction. */
    public static final String ALL = "";

    /**
     * Reads what {@link #toString} wrote. All keys share the texts of the directions, because thousands of streams keep keys.
     * A text without a direction is the name of a virtual environment. Scripts of earlier versions send one.
     */
    public static ScopeKey parse(String text) {
        int slash = text.indexOf('/');
        String direction = text.substring(0, Math.max(slash, 0));
        return new ScopeKey(
                Stream.of(ALL, GatewayRouteName.DIRECTION, OutboundRouteName.DIRECTION, InboundRouteName.DIRECTION)
                        .filter(direction::equals)
                        .findFirst()
                        .orElse(direction),
                new VirtualEnvironmentName(text.substring(slash + 1)));
    }

    @Override
    public String toString() {
        return direction.equals(ALL) ? virtualEnvironment.value() : direction + "/" + virtualEnvironment;
    }

    /** Whether the scope with this name serves requests with the key. */
    public boolean fits(String scope) {
        return direction.equals(ALL)
                || ScopeName.parse(scope)
                        .filter(name -> name.route().direction().equals(direction))
                        .isPresent();
    }
}
