package dev.kitsune.xds.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.xds.ControlPlane;
import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.input.FolderInput;
import dev.kitsune.xds.protocol.DeltaClient;
import dev.kitsune.xds.protocol.ProxyCalls;
import dev.kitsune.xds.state.StateFolder;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.grpc.Channel;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each proxy gets the secrets that its identity needs and no others, whatever it asks for and whatever its Node says. All
 * secrets have values of their own, which are looked for in everything that is sent.
 */
class SecretsByNeedTest {
    private static final Set<String> VALUES =
            Set.of("pin-dev", "pin-prod", "stripe-dev", "stripe-prod", "stripe-fix", "erp-dev", "erp-prod");

    /** Secrets with a certificate and its key. What is looked for is a part of the key. */
    private static final Set<String> CERTIFICATES = Set.of("bank-dev", "bank-prod");

    /** Names that nobody has, beside those that somebody has. */
    private static final List<String> MADE_UP = List.of(
            "app/shop/cart@c9/main/kitsune-secret-pin",
            "app/shop/cart@c1/nowhere/kitsune-secret-pin",
            "app/shop/cart@c1/main/kitsune-secret-other",
            "adapter/shop/nothing/main/header/authorization",
            "adapter/shop/stripe/nowhere/header/authorization",
            "adapter/shop/stripe/main/header/x-other",
            "adapter/shop/stripe/main/tls/certificate",
            "adapter/shop/stripe/main/tls/ca",
            "adapter/shop/erp/main/tls/ca",
            "adapter/shop/bank/main/tls/ca",
            "adapter/shop/bank/nowhere/tls/certificate");

    /** Names that no secret can have. */
    private static final List<String> NONSENSE = List.of("pins", "secrets/pins/dev", "../secrets/pins/dev");

    private static final String MANIFESTS = """
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: dev}
            spec: {data: {variables: {host: shop.localhost}, secrets: {pin: {secretRef: {name: pins, key: dev}}, stripe: {secretRef: {name: stripe, key: dev}}, erp: {secretRef: {name: erp, key: dev}}, bank: {secretRef: {name: bank-dev}}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Environment
            metadata: {name: prod}
            spec: {data: {variables: {host: live.localhost}, secrets: {pin: {secretRef: {name: pins, key: prod}}, stripe: {secretRef: {name: stripe, key: prod}}, erp: {secretRef: {name: erp, key: prod}}, bank: {secretRef: {name: bank-prod}}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: main, namespace: shop}
            spec: {environment: dev, release: {apps: {shop: {appDeployment: shop-main}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: live, namespace: shop}
            spec: {environment: prod, release: {apps: {shop: {appDeployment: shop-main}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: fix, namespace: shop}
            spec: {parent: main, components: {cart: c2}, data: {secrets: {stripe: {secretRef: {name: stripe, key: fix}}}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-main, namespace: shop}
            spec:
              app: shop
              components:
                cart:
                  version: c1
                  routes: [{rule: "Host(`{{.Vars.host}}`)"}]
                  secrets: {pin: {required: true}}
                  dependencies: {stripe: {type: Adapter}, bank: {type: Adapter}, stock: {type: Component}}
                stock:
                  version: s1
                  dependencies: {erp: {type: Adapter}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-next, namespace: shop}
            spec:
              app: shop
              components:
                cart:
                  version: c4
                  secrets: {pin: {required: true}}
                  dependencies: {stripe: {type: Adapter}, bank: {type: Adapter}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Adapter
            metadata: {name: bank, namespace: shop}
            spec: {tcp: {address: "127.0.0.1:19703", tls: {clientCertificate: "{{.Secrets.bank}}", insecureSkipVerify: true}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Adapter
            metadata: {name: stripe, namespace: shop}
            spec: {http: {url: "http://127.0.0.1:19701", headers: {Authorization: "Bearer {{.Secrets.stripe}}"}}}
            ---
            apiVersion: kitsune.dev/v1alpha1
            kind: Adapter
            metadata: {name: erp, namespace: shop}
            spec: {http: {url: "http://127.0.0.1:19702", headers: {Authorization: "Bearer {{.Secrets.erp}}"}}}
            """;

    private static final ComponentVersion CART = new ComponentVersion("shop", "cart", "c1");
    private static final ComponentVersion FIXED_CART = new ComponentVersion("shop", "cart", "c2");
    private static final ComponentVersion SELECTED_CART = new ComponentVersion("shop", "cart", "c4");
    private static final ComponentVersion STOCK = new ComponentVersion("shop", "stock", "s1");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path temp;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Proxies proxies;

    @SuppressWarnings("NullAway.Init") // set before each test
    private ControlPlane control;

    private final Map<String, String> looks = new TreeMap<>();
    private final List<DeltaClient> clients = new ArrayList<>();
    private final Map<String, Channel> connections = new HashMap<>();

    /** Credentials, the proxy that they are for, and the values that it needs. */
    private record Who(String name, String token, Proxy proxy, Set<String> needs) {
        Node node() {
            return DeltaClient.node("node-of-" + name, proxy);
        }
    }

    @BeforeEach
    void serve() throws Exception {
        Path folder = Files.createDirectories(temp.resolve("envs"));
        Files.writeString(
                folder.resolve("all.yaml"),
                MANIFESTS
                        + workload("cart-dev", CART, "[dev]", 19101)
                        + workload("cart-prod", CART, "[prod]", 19102)
                        + workload("cart-c2", FIXED_CART, "[dev]", 19103)
                        + workload("cart-own", FIXED_CART, "[dev], environment: main", 19105)
                        + workload("cart-c4", SELECTED_CART, "[dev, prod]", 19106)
                        + workload("stock-1", STOCK, "[dev, prod]", 19104));
        for (String value : VALUES) {
            int dash = value.indexOf('-');
            String name = value.startsWith("pin") ? "pins" : value.substring(0, dash);
            Path secret = Files.createDirectories(folder.resolve("secrets").resolve(name));
            Files.writeString(secret.resolve(value.substring(dash + 1)), value);
            looks.put(value, value);
        }
        for (String name : CERTIFICATES) {
            Path secret = Files.createDirectories(folder.resolve("secrets").resolve(name));
            try (Proxies made = new Proxies(temp.resolve(name))) {
                String key = Files.readString(made.folder().resolve(TlsFolder.AUTHORITY_KEY));
                Files.copy(made.folder().resolve(TlsFolder.AUTHORITIES), secret.resolve("tls.crt"));
                Files.writeString(secret.resolve("tls.key"), key);
                looks.put(name, key.lines().toList().get(1));
            }
        }
        proxies = new Proxies(temp.resolve("tls"));
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        control = ControlPlane.start(
                new FolderInput(folder, StateFolder.of(folder), false, proxies.folder()),
                new ControlPlane.Listening(any, any, null));
        assertThat(control.state().problems().all()).isEmpty();
    }

    @AfterEach
    void stop() {
        clients.forEach(DeltaClient::close);
        proxies.close();
        control.close();
    }

    private static String workload(String name, ComponentVersion version, String environments, int port) {
        return "---\napiVersion: kitsune.dev/v1alpha1\nkind: Workload\nmetadata: {name: " + name
                + ", namespace: shop}\nspec: {app: shop, component: "
                + version.name().component() + ", version: "
                + version.version() + ", environments: " + environments + ", endpoints: [{address: 127.0.0.1, port: "
                + port + "}]}\n";
    }

    private static Proxy sidecar(ComponentVersion version, String workload) {
        return new Proxy.SidecarProxy(version, workload, "127.0.0.1", 19001, 19002, 7001, Scopes.EAGER);
    }

    private Who sidecarOf(ComponentVersion version, String workload, String... needs) {
        return new Who(
                workload,
                proxies.sidecarToken(version.name().component(), version.version(), "--id", workload),
                sidecar(version, workload),
                Set.of(needs));
    }

    private List<Who> all() {
        return List.of(
                sidecarOf(CART, "cart-dev", "pin-dev", "stripe-dev", "bank-dev"),
                sidecarOf(CART, "cart-prod", "pin-prod", "stripe-prod", "bank-prod"),
                // It runs only in fix, which has the pin and the certificate of main.
                sidecarOf(FIXED_CART, "cart-c2", "pin-dev", "stripe-fix", "bank-dev"),
                sidecarOf(FIXED_CART, "cart-own", "pin-dev", "stripe-fix", "bank-dev", "stripe-dev"),
                // It runs nowhere, but requests of main and of live can select it; those of fix have another cart.
                sidecarOf(
                        SELECTED_CART,
                        "cart-c4",
                        "pin-dev",
                        "stripe-dev",
                        "bank-dev",
                        "pin-prod",
                        "stripe-prod",
                        "bank-prod"),
                sidecarOf(STOCK, "stock-1", "erp-dev", "erp-prod"),
                new Who("gateway", proxies.gatewayToken(), DeltaClient.GATEWAY, Set.of()),
                new Who(
                        "grpc",
                        proxies.token("--role", "grpc", "--app", "shop", "--component", "cart", "--version", "c1"),
                        new Proxy.GrpcProxy(new ComponentName("shop", "cart"), "c1", null),
                        Set.of()));
    }

    private Channel connect(Who who) throws IOException {
        Channel channel = connections.get(who.token());
        if (channel == null) {
            channel = proxies.connect(control.xdsPort(), who.token());
            connections.put(who.token(), channel);
        }
        return channel;
    }

    private DeltaClient delta(Channel channel, Node node) {
        DeltaClient client = new DeltaClient(channel, node);
        clients.add(client);
        return client;
    }

    /** Acknowledges everything until nothing more comes. */
    private static List<DeltaDiscoveryResponse> settled(DeltaClient client) {
        List<DeltaDiscoveryResponse> all = new ArrayList<>();
        for (List<DeltaDiscoveryResponse> next = client.untilNow(); !next.isEmpty(); next = client.untilNow()) {
            next.forEach(client::ack);
            all.addAll(next);
        }
        return all;
    }

    /** Returns all that somebody gets of a type, by name, who asks for everything and for these names. */
    private Map<String, String> got(Who who, ResourceType type, Set<String> names) throws Exception {
        DeltaClient client = delta(connect(who), who.node());
        client.subscribe(
                type,
                Stream.concat(type.hasWildcard() ? Stream.of("*") : Stream.of(), names.stream())
                        .toArray(String[]::new));
        Map<String, String> got = new TreeMap<>();
        for (DeltaDiscoveryResponse response : settled(client)) {
            for (Resource resource : response.getResourcesList()) {
                got.put(resource.getName(), text(resource.getResource()));
            }
            response.getRemovedResourcesList().forEach(name -> got.put(name, "removed"));
        }
        return got;
    }

    /** The content, without the name of a secret. */
    private static String text(Any resource) {
        try {
            return resource.is(Secret.class)
                    ? resource.unpack(Secret.class).toBuilder()
                            .clearName()
                            .build()
                            .toString()
                    : resource.getValue().toString(StandardCharsets.ISO_8859_1);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private Set<String> valuesIn(String text) {
        return looks.entrySet().stream()
                .filter(look -> text.contains(look.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> of(Map<ResourceType, Set<String>> names, ResourceType type) {
        return Objects.requireNonNull(names.get(type));
    }

    /** The names of each type that anybody has. */
    private Map<ResourceType, Set<String>> names(List<Who> all) throws Exception {
        Map<ResourceType, Set<String>> names = new TreeMap<>();
        for (ResourceType type : ResourceType.values()) {
            names.put(type, new TreeSet<>());
        }
        of(names, ResourceType.SECRET).addAll(MADE_UP);
        of(names, ResourceType.SECRET).addAll(NONSENSE);
        for (String virtualEnvironment : List.of("main", "live", "fix")) {
            for (ComponentVersion version : List.of(CART, FIXED_CART, SELECTED_CART, STOCK)) {
                of(names, ResourceType.SECRET).add("app/" + version + "/" + virtualEnvironment + "/kitsune-secret-pin");
            }
            for (String adapter : List.of("stripe", "erp")) {
                of(names, ResourceType.SECRET)
                        .add("adapter/shop/" + adapter + "/" + virtualEnvironment + "/header/authorization");
            }
            of(names, ResourceType.SECRET).add("adapter/shop/bank/" + virtualEnvironment + "/tls/certificate");
        }
        for (Who who : all) {
            for (ResourceType type : List.of(ResourceType.LISTENER, ResourceType.CLUSTER, ResourceType.SCOPED_ROUTE)) {
                of(names, type).addAll(got(who, type, Set.of()).keySet());
            }
        }
        of(names, ResourceType.SCOPED_ROUTE)
                .forEach(scope -> of(names, ResourceType.ROUTE).add(scope.replaceFirst("^(eager|on-demand)/", "")));
        return names;
    }

    @Test
    void everyIdentityGetsExactlyTheSecretsThatItNeeds() throws Exception {
        List<Who> all = all();
        Map<ResourceType, Set<String>> names = names(all);
        assertThat(of(names, ResourceType.ROUTE)).hasSizeGreaterThan(5);
        for (Who who : all) {
            Set<String> found = new TreeSet<>();
            for (Map.Entry<ResourceType, Set<String>> type : names.entrySet()) {
                got(who, type.getKey(), type.getValue()).values().forEach(text -> found.addAll(valuesIn(text)));
            }
            assertThat(found).as("%s by delta", who.name()).isEqualTo(new TreeSet<>(who.needs()));

            Set<String> whole = new TreeSet<>();
            for (ResourceType type : List.of(ResourceType.SECRET, ResourceType.ROUTE, ResourceType.CLUSTER)) {
                WholeClient client = new WholeClient(connect(who), who.node(), type, of(names, type));
                client.next().getResourcesList().forEach(resource -> whole.addAll(valuesIn(text(resource))));
            }
            assertThat(whole).as("%s by state of the world", who.name()).isEqualTo(new TreeSet<>(who.needs()));
        }
    }

    @Test
    void whatIsDeniedLooksLikeWhatDoesNotExist() throws Exception {
        List<Who> all = all();
        Set<String> names = of(names(all), ResourceType.SECRET);
        for (Who who : all) {
            Map<String, String> got = got(who, ResourceType.SECRET, names);
            assertThat(got.keySet())
                    .as("all names of %s are answered", who.name())
                    .isEqualTo(names);
            Set<String> denied = new HashSet<>();
            Set<String> absent = new HashSet<>();
            Set<String> certificates = new HashSet<>();
            got.forEach((name, text) -> {
                if (name.contains("/tls/")) {
                    if (valuesIn(text).isEmpty()) {
                        certificates.add(text);
                    }
                } else if (valuesIn(text).isEmpty() && !NONSENSE.contains(name)) {
                    (MADE_UP.contains(name) ? absent : denied).add(text);
                }
            });
            assertThat(denied).as("to %s", who.name()).hasSize(1).isEqualTo(absent);
            assertThat(certificates)
                    .as("to %s, of adapters of its own and of others", who.name())
                    .containsOnly("removed");

            WholeClient whole = new WholeClient(connect(who), who.node(), ResourceType.SECRET, names);
            assertThat(whole.next().getResourcesList().stream()
                            .map(SecretsByNeedTest::text)
                            .filter(text -> valuesIn(text).isEmpty())
                            .distinct())
                    .as("to %s by state of the world", who.name())
                    .containsExactlyElementsOf(absent);
        }
    }

    @Test
    void aNodeThatLiesGetsWhatItsIdentityHas() throws Exception {
        Who stock = sidecarOf(STOCK, "stock-1", "erp-dev", "erp-prod");
        Set<String> names = of(names(all()), ResourceType.SECRET);
        for (Proxy lie : List.of(
                sidecar(CART, "cart-dev"),
                sidecar(FIXED_CART, "cart-c2"),
                sidecar(STOCK, "cart-prod"),
                sidecar(new ComponentVersion("other", "stock", "s1"), "stock-1"))) {
            Who liar = new Who("cart-dev", stock.token(), lie, stock.needs());
            Set<String> found = new TreeSet<>();
            got(liar, ResourceType.SECRET, names).values().forEach(text -> found.addAll(valuesIn(text)));
            assertThat(found).as("%s", lie).isEqualTo(new TreeSet<>(stock.needs()));
        }
        assertThat(control.streams()).extracting(StreamView::nodeId).contains("shop/stock@s1/stock-1");
        assertThat(control.streams())
                .filteredOn(stream -> stream.nodeId().equals("shop/stock@s1/stock-1"))
                .extracting(StreamView::proxy)
                .containsOnly(sidecar(STOCK, "stock-1"));
        assertThat(control.streams()).extracting(StreamView::nodeId).doesNotContain("node-of-cart-dev");
    }

    @Test
    void anotherRoleIsRefusedInWords() throws Exception {
        Who gateway = new Who("gateway", proxies.gatewayToken(), sidecar(CART, "cart-dev"), Set.of());
        Who stock = new Who("stock", proxies.sidecarToken("stock", "s1"), DeltaClient.GATEWAY, Set.of());
        for (Who liar : List.of(gateway, stock)) {
            DeltaClient delta = delta(connect(liar), liar.node());
            delta.subscribe(ResourceType.CLUSTER, "*");
            assertThat(delta.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(delta.end().getDescription()).contains("kitsune bootstrap --role");

            WholeClient whole = new WholeClient(connect(liar), liar.node(), ResourceType.CLUSTER, Set.of());
            assertThat(whole.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        }
    }

    @Test
    void aCallForAnotherProxyDoesNothingToIt() throws Exception {
        Node onDemand = DeltaClient.node("gw", new Proxy.GatewayProxy("127.0.0.1", 8080, Scopes.ON_DEMAND));
        Channel gateway = proxies.connect(control.xdsPort(), proxies.gatewayToken());
        DeltaClient client = delta(gateway, onDemand);
        client.subscribe(ResourceType.CLUSTER, "*");
        client.subscribe(ResourceType.SCOPED_ROUTE, "*");
        client.subscribe(ResourceType.ROUTE, "gw/fix");
        settled(client);

        ProxyCalls stock = new ProxyCalls(proxies.connect(control.xdsPort(), proxies.sidecarToken("stock", "s1")));
        assertThat(stock.load("gateway", "gw/fix").join().getCode()).isNotEqualTo(Status.Code.OK);
        stock.used("gateway", "fix");
        assertThat(settled(client)).as("nothing was loaded at the gateway").isEmpty();

        // The gateway itself can, under whatever name.
        ProxyCalls own = new ProxyCalls(gateway);
        var loaded = own.load("anybody", "gw/fix");
        DeltaDiscoveryResponse scope = client.nextAcked();
        assertThat(DeltaClient.names(scope)).containsExactly("on-demand/gw/fix");
        settled(client);
        assertThat(loaded.join().getCode()).isEqualTo(Status.Code.OK);
    }

    @Test
    void aNeedThatIsGoneTakesItsSecretAway() throws Exception {
        Who cart = sidecarOf(CART, "cart-dev", "pin-dev", "stripe-dev");
        String name = "adapter/shop/stripe/main/header/authorization";
        DeltaClient client = delta(connect(cart), cart.node());
        client.subscribe(ResourceType.SECRET, name);
        assertThat(text(client.nextAcked().getResources(0).getResource())).contains("stripe-dev");

        Path all = temp.resolve("envs/all.yaml");
        Files.writeString(all, Files.readString(all).replace("stripe: {type: Adapter}, ", ""));

        DeltaDiscoveryResponse next = client.nextAcked();
        assertThat(next.getRemovedResourcesList().contains(name)
                        || !text(next.getResources(0).getResource()).contains("stripe-dev"))
                .as("the secret is empty or removed: %s", next)
                .isTrue();
        assertThat(got(cart, ResourceType.SECRET, Set.of(name)).get(name)).doesNotContain("stripe-dev");
    }
}
