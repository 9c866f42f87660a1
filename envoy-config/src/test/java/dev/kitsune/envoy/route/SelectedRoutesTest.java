package dev.kitsune.envoy.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.gate.ResourceGate;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SelectedRoutesTest {
    private static final String HEADER = "kitsune-dep";
    private static final Route RELEASED = Routes.catchAll(404, "released");
    private static final Route VALID = Routes.catchAll(404, "good");
    private static final Route INVALID = Routes.catchAll(404, "bad").toBuilder()
            .setMatch(RouteMatch.newBuilder()
                    .setSafeRegex(RegexMatcher.newBuilder().setRegex("[\\x{D800}-\\x{DFFF}")))
            .build();

    private static List<Route> of(String deployment, List<Route> routes) {
        Map<String, List<Route>> selected = new LinkedHashMap<>();
        selected.put(deployment, routes);
        selected.put("other", List.of(VALID));
        return SelectedRoutes.of(HEADER, List.of(RELEASED), selected);
    }

    private static List<String> texts(List<Route> routes) {
        return routes.stream()
                .map(route -> route.getDirectResponse().getBody().getInlineString())
                .toList();
    }

    @Test
    void anAppDeploymentWithARouteThatEnvoyWouldRefuseOnlyAffectsItself() {
        List<Route> routes = of("new", List.of(VALID, INVALID));

        assertThat(routes).flatExtracting(ResourceGate::faults).isEmpty();
        String answer = texts(routes).get(1);
        assertThat(answer)
                .contains("app deployment new cannot be selected here", "match.safe_regex.regex: expected")
                .doesNotContain("x{D800}");
        assertThat(texts(routes)).containsExactly("released", answer, answer, "good", "released");
        // All of its answers are only for requests that select it.
        assertThat(routes.subList(1, 3))
                .allSatisfy(route -> assertThat(route.getMatch().getHeadersList())
                        .anySatisfy(header ->
                                assertThat(header.getStringMatch().getExact()).isEqualTo("new")));
    }

    @Test
    void routesThatEnvoyAcceptsAreUnchanged() {
        assertThat(texts(of("new", List.of(VALID)))).containsExactly("released", "good", "good", "released");
    }
}
