package dev.kitsune.xds.inspect;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.manifest.Adapter.Behaviour;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.manifest.Workload.Endpoint;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.problem.Severity;
import dev.kitsune.model.resolve.FoundProblems;
import dev.kitsune.model.rule.Rule;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.HeaderValue;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import dev.kitsune.model.snapshot.ResolvedRoute;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment.ResolvedComponent;
import dev.kitsune.model.snapshot.ResolvedWorkload;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretLocation;
import dev.kitsune.model.snapshot.SecretValue;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.delta.StreamView.TypeView;
import dev.kitsune.xds.pipeline.ServedProblems;
import dev.kitsune.xds.store.Refusal;
import dev.kitsune.xds.store.StoredResource;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.GenericSecret;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;

/** A resolved shop with three virtual environments, which was written by hand for the tests of inspection. */
final class Shop {
    static final String TOKEN = "sk-very-secret";

    private static final ComponentVersion CART = new ComponentVersion("shop", "cart", "77aa010");
    private static final ComponentVersion CART_FIX = new ComponentVersion("shop", "cart", "4f2c1d0");
    private static final SecretLocation PLACE = new SecretLocation(new SecretId("", "stripe-fix"), "token");

    private Shop() {}

    static List<StreamView> proxies() {
        Proxy sidecar =
                new Proxy.SidecarProxy(CART_FIX, "cart-1", "127.0.0.1", 19101, 19201, 7001, Proxy.Scopes.ON_DEMAND);
        Refusal refusal =
                new Refusal(ResourceType.SCOPED_ROUTE, "in/main", "v1", "no such thing", "cart-1", Instant.EPOCH);
        Refusal ofSecret = new Refusal(ResourceType.SECRET, "pin", "digest", "(not shown)", "cart-1", Instant.EPOCH);
        return List.of(new StreamView(
                "cart-1",
                sidecar,
                Instant.EPOCH,
                Map.of(
                        ResourceType.CLUSTER,
                        new TypeView(true, 0, 7, 0, "1", false, List.of()),
                        ResourceType.SCOPED_ROUTE,
                        new TypeView(true, 0, 2, 1, "1", false, List.of(refusal)),
                        ResourceType.SECRET,
                        new TypeView(false, 1, 0, 0, "1", false, List.of(ofSecret)))));
    }

    static List<StoredResource> held(ResourceType type) {
        return switch (type) {
            case CLUSTER ->
                List.of(stored(
                        type,
                        "shop/cart",
                        Cluster.newBuilder()
                                .setName("shop/cart")
                                .setConnectTimeout(Durations.fromSeconds(5))
                                .build()));
            case SECRET ->
                List.of(stored(
                        type,
                        "stripe",
                        io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret.newBuilder()
                                .setName("stripe")
                                .setGenericSecret(GenericSecret.newBuilder()
                                        .setSecret(DataSource.newBuilder().setInlineString(TOKEN)))
                                .build()));
            default -> List.of();
        };
    }

    private static StoredResource stored(ResourceType type, String name, Message message) {
        Resource packed = Resource.newBuilder()
                .setName(name)
                .setVersion("v1")
                .setResource(Any.pack(message))
                .build();
        return new StoredResource(type, packed, false, null, false);
    }

    static ServedProblems problems() {
        return ServedProblems.NONE.next(
                FoundProblems.NONE,
                Set.of(),
                List.of(new Problem(
                        ProblemCode.NoWorkload,
                        Severity.WARNING,
                        new Position("envs.yaml", 3, 5),
                        null,
                        "spec.components.cart",
                        new VirtualEnvironmentName("main"),
                        "no workload serves shop/cart@77aa010")));
    }

    static Snapshot snapshot() {
        return new Snapshot(
                Platform.DEFAULT,
                HashTreePMap.from(Map.of(
                        new VirtualEnvironmentName("main"), virtualEnvironment("main", null, CART),
                        new VirtualEnvironmentName("cart-fix"), virtualEnvironment("cart-fix", "main", CART_FIX),
                        new VirtualEnvironmentName("other"), virtualEnvironment("other", "main", CART))),
                new Snapshot.Versions(
                        HashTreePMap.empty(),
                        HashTreePMap.singleton(
                                CART_FIX,
                                List.of(new ResolvedWorkload(
                                        "shop",
                                        "cart-4f2c1d0",
                                        List.of(new Endpoint("127.0.0.1", 19102)),
                                        null,
                                        null,
                                        null)))),
                HashTreePMap.singleton(PLACE.secret(), new Secret(Map.of("token", SecretValue.of(TOKEN)))),
                new TreeMap<>(Map.of(new VirtualEnvironmentName("main"), Set.of())),
                Snapshot.Policies.NONE,
                HashTreePMap.empty());
    }

    private static ResolvedVirtualEnvironment virtualEnvironment(
            String name, @Nullable String parent, ComponentVersion cart) {
        ObjectKey self = new ObjectKey(Kind.VirtualEnvironment, "shop", name);
        Origin release = new Origin(new ObjectKey(Kind.AppDeployment, "shop", "shop-main"), "spec.components.cart");
        Origin own = new Origin(self, "spec.components.cart");
        Origin adapter = new Origin(new ObjectKey(Kind.Adapter, "shop", "stripe"), "spec");
        return new ResolvedVirtualEnvironment(
                new ResolvedVirtualEnvironment.Identity(
                        new VirtualEnvironmentName(name),
                        "shop",
                        "dev",
                        parent == null ? null : new VirtualEnvironmentName(parent),
                        false),
                new Overlay(
                        Map.of(
                                "greeting",
                                new Overlay.OverlayVariable(
                                        new Value.Text("Howdy"), new Origin(self, "spec.data.variables.greeting"))),
                        Map.of(
                                "stripeKey",
                                new Overlay.SecretSource(
                                        PLACE, true, new Origin(self, "spec.data.secrets.stripeKey")))),
                new ResolvedVirtualEnvironment.ReleasedApps(
                        Map.of(
                                "shop",
                                new ResolvedVirtualEnvironment.ResolvedApp(
                                        "shop", "shop-main", new Origin(self, "spec.release"))),
                        parent == null ? Set.of("shop") : Set.of()),
                Map.of(cart.name(), new ResolvedComponent(cart, cart.equals(CART) ? release : own)),
                Map.of(
                        new AdapterName("shop", "stripe"),
                        new ResolvedAdapter.HttpAdapter(
                                false,
                                new ResolvedAdapter.ResolvedTarget(
                                        "payments.test",
                                        443,
                                        new ResolvedAdapter.ResolvedTls(null, null, "payments.test", List.of(), false)),
                                "/v1",
                                Map.of(),
                                Map.of(
                                        "authorization",
                                        new HeaderValue.WithSecrets(List.of(
                                                new HeaderValue.ValuePart.LiteralPart("Bearer "),
                                                new HeaderValue.ValuePart.SecretAt(PLACE)))),
                                Behaviour.DEFAULT,
                                adapter)),
                new ResolvedVirtualEnvironment.Traffic(
                        List.of(new ResolvedRoute(
                                new Rule(List.of(new Rule.Host("shop.localhost"), new Rule.PathPrefix("/a"))),
                                0,
                                cart,
                                release)),
                        Map.of()),
                ResolvedVirtualEnvironment.Condition.WITHOUT_PROBLEMS);
    }
}
