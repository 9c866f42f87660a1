package dev.kitsune.envoy.translate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.CredentialsBy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.cluster.RouteCredentials;
import dev.kitsune.envoy.json.EnvoyJson;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.SecretName;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.Snapshot;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Routes add credentials, over clusters that depend on the target alone. Older Envoys have clusters that add them. */
final class CredentialsByTest {
    private static final String OWN_KEY = "data: {secrets: {stripeKey: {secretRef: {name: pin, key: pin}}}}";

    private final Snapshot shop = Shop.with(Shop.child("one", OWN_KEY), Shop.child("other", OWN_KEY));

    @ParameterizedTest
    @CsvSource({
        "envoy, 1, 40, ROUTE",
        "envoy, 1, 41, ROUTE",
        "envoy, 2, 0, ROUTE",
        "envoy, 1, 39, CLUSTER",
        "envoy, 0, 0, CLUSTER",
        "a test, 0, 0, ROUTE"
    })
    void the_version_that_an_envoy_says_decides(String agent, int major, int minor, CredentialsBy by) throws Exception {
        Node.Builder node = Node.newBuilder()
                .setId("cart-1")
                .setUserAgentName(agent)
                .setMetadata(new Proxy.SidecarProxy(Shop.CART, null, "127.0.0.1", 1, 2, 3, Scopes.EAGER).metadata());
        node.getUserAgentBuildVersionBuilder()
                .getVersionBuilder()
                .setMajorNumber(major)
                .setMinorNumber(minor);
        Proxy.SidecarProxy sidecar = (Proxy.SidecarProxy) Proxy.of(node.build());

        assertThat(sidecar.credentials()).isEqualTo(by);
        assertThat(Translator.wildcard(
                        ResourceType.SCOPED_ROUTE, Audience.of(sidecar, shop), new VirtualEnvironmentName("one"), shop))
                .hasSize(2)
                .allMatch(scope -> scope.endsWith("/by-cluster") == (by == CredentialsBy.CLUSTER));
    }

    @Test
    void virtual_environments_that_differ_in_their_credential_share_the_cluster_of_their_parent() {
        String cluster = cluster("out/shop/frontend@f1/main");

        assertThat(cluster).startsWith("adapter/shop/stripe/main/");
        assertThat(cluster("out/shop/frontend@f1/one")).isEqualTo(cluster);
        assertThat(cluster("out/shop/frontend@f1/other")).isEqualTo(cluster);
        assertThat(text(ResourceType.ROUTE, "out/shop/frontend@f1/one", shop))
                .contains("%SECRET(adapter/shop/stripe/one/header/authorization)%")
                .doesNotContain("stripe/main/header", "1234");
        assertThat(text(ResourceType.CLUSTER, cluster, shop))
                .contains("\"remove\": \"authorization\"")
                .doesNotContain("/header/authorization", "\"overwrite\": true", "1234", "sk-1");
    }

    @Test
    void routes_for_older_envoys_leave_credentials_to_the_clusters() {
        String one = "out/shop/frontend@f1/one/by-cluster";

        assertThat(cluster(one)).isEqualTo("adapter/shop/stripe/one");
        assertThat(text(ResourceType.ROUTE, one, shop)).doesNotContain("SECRET(");
        assertThat(text(ResourceType.CLUSTER, "adapter/shop/stripe/one", shop))
                .contains("adapter/shop/stripe/one/header/authorization", "\"overwrite\": true");
        assertThat(text(ResourceType.ROUTE, "in/shop/cart@c1/80/one/by-cluster", shop))
                .contains("app/80/shop/cart@c1/main")
                .doesNotContain("SECRET(");
    }

    @Test
    void another_target_is_another_cluster_and_the_earlier_one_has_no_endpoints() {
        String earlier = cluster("out/shop/frontend@f1/one");
        Snapshot moved = Shop.with(
                Shop.child(
                        "one",
                        "data: {variables: {stripeHost: \"127.0.0.1:8\"}, secrets: {stripeKey: {secretRef: {name: pin, key: pin}}}}"));
        String later = cluster("out/shop/frontend@f1/one", moved);

        assertThat(later).startsWith("adapter/shop/stripe/one/").isNotEqualTo(earlier);
        Translated stale = Translator.translate(
                        ResourceType.CLUSTER, later.replaceAll("[0-9a-f]{16}$", "0123456789abcdef"), moved)
                .orElseThrow();
        assertThat(stale.standIn()).isTrue();
        assertThat(stale.resource().toString()).doesNotContain("127.0.0.1");
    }

    @Test
    void secrets_of_an_app_are_added_over_one_cluster_for_all_virtual_environments() {
        String needing = new ClusterName.AppNeedingSecretsClusterName(
                        ClusterName.HttpVersion.HTTP1, 80, Shop.CART, List.of("kitsune-secret-pin"))
                .toString();

        assertThat(text(ResourceType.ROUTE, "in/shop/cart@c1/80/main", shop))
                .contains(needing, "%SECRET(app/shop/cart@c1/main/kitsune-secret-pin)%");
        Proxy own = new Proxy.SidecarProxy(Shop.CART, null, "127.0.0.1", 1, 2, 80, Scopes.ON_DEMAND);
        Proxy another = new Proxy.SidecarProxy(Shop.FRONTEND, null, "127.0.0.1", 1, 2, 80, Scopes.ON_DEMAND);
        assertThat(Translator.entitled(Audience.of(own, shop), ResourceType.CLUSTER, needing, shop))
                .isTrue();
        assertThat(Translator.entitled(Audience.of(another, shop), ResourceType.CLUSTER, needing, shop))
                .isFalse();
    }

    @Test
    void the_secret_of_the_injectors_never_has_a_value() {
        Translated none =
                Translator.translate(ResourceType.SECRET, "none", shop).orElseThrow();

        assertThat(none.standIn()).isTrue();
        assertThat(none)
                .isEqualTo(Translator.withheld(ResourceType.SECRET, "none").orElseThrow());
    }

    @Test
    void only_a_configuration_that_translation_makes_is_read() throws Exception {
        TreeMap<String, SecretName> secrets = new TreeMap<>();
        secrets.put(
                "x-key",
                new SecretName.AdapterHeader(new AdapterName("shop", "a"), new VirtualEnvironmentName("b"), "x-key"));
        Any made = RouteCredentials.of(secrets);
        HeaderMutationPerRoute.Builder changed = made.unpack(HeaderMutationPerRoute.class).toBuilder();
        changed.getMutationsBuilder().addRequestMutationsBuilder().setRemove("x-other");

        assertThat(RouteCredentials.read(made)).contains(secrets);
        assertThat(RouteCredentials.read(Any.pack(changed.build()))).isEmpty();
        assertThat(RouteCredentials.read(Any.pack(HeaderMutationPerRoute.getDefaultInstance())))
                .isEmpty();
        assertThat(RouteCredentials.read(Any.getDefaultInstance())).isEmpty();
    }

    private String cluster(String routes) {
        return cluster(routes, shop);
    }

    /** Returns the cluster of all calls to the adapter. */
    private static String cluster(String routes, Snapshot shop) {
        RouteConfiguration configuration = (RouteConfiguration) Translator.translate(ResourceType.ROUTE, routes, shop)
                .orElseThrow()
                .resource();
        List<String> clusters = configuration.getVirtualHostsList().stream()
                .map(VirtualHost::getRoutesList)
                .flatMap(List::stream)
                .map(route -> route.getRoute().getCluster())
                .filter(cluster -> cluster.startsWith("adapter/"))
                .distinct()
                .toList();
        assertThat(clusters).hasSize(1);
        return clusters.get(0);
    }

    private static String text(ResourceType type, String name, Snapshot shop) {
        return EnvoyJson.print(
                Translator.translate(type, name, shop).orElseThrow().resource());
    }
}
