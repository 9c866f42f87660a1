package dev.kitsune.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TypeNamesTest {
    @ParameterizedTest
    @CsvSource({
        "LISTENER, listener, listeners, lds",
        "SCOPED_ROUTE, scope, scopes, srds",
        "ROUTE, route, routes, rds",
        "CLUSTER, cluster, clusters, cds",
        "ENDPOINT, endpoint, endpoints, eds",
        "SECRET, secret, secrets, sds"
    })
    void aTypeHasAShortNameAndTheNameOfItsService(ResourceType type, String one, String many, String service) {
        assertThat(TypeNames.singular(type)).isEqualTo(one);
        assertThat(TypeNames.plural(type)).isEqualTo(many);
        for (String name : new String[] {one, many, service, many.toUpperCase(Locale.ROOT)}) {
            assertThat(TypeNames.parse(name)).as(name).contains(type);
        }
    }

    @ParameterizedTest
    @CsvSource({"scoped-route", "scoped-routes", "scoped_route", "SCOPED_ROUTES"})
    void theLongNameOfScopesIsAcceptedToo(String name) {
        assertThat(TypeNames.parse(name)).contains(ResourceType.SCOPED_ROUTE);
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeIsListed(ResourceType type) {
        assertThat(TypeNames.IN_ORDER).containsOnlyOnce(type);
    }

    @Test
    void anUnknownTypeIsAnsweredWithAllTypes() {
        assertThat(TypeNames.parse("claster")).isEmpty();
        assertThat(TypeNames.unknown("claster"))
                .isEqualTo(
                        "'claster' is not a type of resource; did you mean \"cluster\"? Expected one of listeners, scopes,"
                                + " routes, clusters, endpoints, secrets (or the singular, or lds, srds, rds, cds, eds, sds)");
        assertThat(TypeNames.unknown("widget"))
                .startsWith("'widget' is not a type of resource; expected one of listeners, scopes, routes,");
        assertThat(TypeNames.parse("")).isEmpty();
    }
}
