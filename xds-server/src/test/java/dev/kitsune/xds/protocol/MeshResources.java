package dev.kitsune.xds.protocol;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.gate.ConfigurationFault;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.ScopeName;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SnapshotView;
import dev.kitsune.xds.store.Resources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.FilterConfig;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.GenericSecret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The resources of a {@link Mesh}. Each virtual environment {@code e} has a scope and a route of that name, a cluster
 * by EDS and its endpoints. Its scope for a proxy that loads scopes on demand has the name that it has in Kitsune. Each resource contains the virtual environment's variable with the name of its type ({@code
 * gone} in a stand-in), so that a test can change one without the others. Every proxy gets one listener and one
 * cluster, {@code always}. {@code secret:x} is a secret, and a name that begins with {@code certificate} is a
 * certificate. A virtual environment with a variable {@code routed} has a route to its cluster, which turns
 * on_demand off if the value is {@code loaded}. If it has {@code
 * forbidden}, no proxy is entitled to its cluster. If {@code owner-of-x} has it, no proxy is entitled to {@code
 * secret:x}.
 */
public final class MeshResources implements Resources {
    @Override
    public Audience audience(Proxy proxy, SnapshotView view) {
        return Audience.of(proxy, view);
    }

    @Override
    public List<String> wildcard(ResourceType type, Audience audience, SnapshotView view) {
        return type == ResourceType.LISTENER || type == ResourceType.CLUSTER ? List.of("always") : List.of();
    }

    @Override
    public List<String> wildcard(
            ResourceType type, Audience audience, VirtualEnvironmentName virtualEnvironment, SnapshotView view) {
        boolean there = view.virtualEnvironment(virtualEnvironment) != null;
        if (!there || type != ResourceType.SCOPED_ROUTE) {
            return List.of();
        }
        String name = virtualEnvironment.value();
        return List.of(audience.scopes() == Proxy.Scopes.EAGER ? name : "on-demand/gw/" + name);
    }

    private static VirtualEnvironmentName owner(String name) {
        return ScopeName.parse(name)
                .map(ScopeName::route)
                .or(() -> RouteName.parse(name))
                .map(RouteName::virtualEnvironment)
                .orElse(new VirtualEnvironmentName(name));
    }

    @Override
    public Optional<Translated> translate(ResourceType type, String name, SnapshotView view) {
        if (name.startsWith("unknown")) {
            return Optional.empty();
        }
        if (type == ResourceType.SECRET) {
            Secret secret = view.secret(new SecretId("", name));
            if (name.startsWith("certificate")) {
                return Optional.ofNullable(secret).map(there -> new Translated(certificate(name), false));
            }
            return Optional.of(new Translated(secret(name, secret), secret == null));
        }
        if (name.equals("always")) {
            return Optional.of(new Translated(resource(type, name, Map.of()), false));
        }
        ResolvedVirtualEnvironment virtualEnvironment = view.virtualEnvironment(owner(name));
        Map<String, String> variables = virtualEnvironment == null
                ? Map.of(type.name().toLowerCase(Locale.ROOT), "gone")
                : Mesh.variables(virtualEnvironment);
        if (variables.containsKey("broken")) {
            throw new IllegalStateException("a bug in translation");
        }
        return Optional.of(new Translated(resource(type, name, variables), virtualEnvironment == null));
    }

    @Override
    public Optional<Translated> withheld(ResourceType type, String name) {
        return type == ResourceType.SECRET ? Optional.of(new Translated(secret(name, null), true)) : Optional.empty();
    }

    /** There are no faults here, because Envoy would not accept these resources anyway. */
    @Override
    public List<ConfigurationFault> faults(Translated made) {
        return List.of();
    }

    @Override
    public Optional<Translated> atFault(ResourceType type, String name) {
        return Optional.empty();
    }

    @Override
    public boolean entitled(Audience audience, ResourceType type, String name, SnapshotView view) {
        ResolvedVirtualEnvironment virtualEnvironment =
                switch (type) {
                    case CLUSTER -> view.virtualEnvironment(new VirtualEnvironmentName(name));
                    case SECRET -> view.virtualEnvironment(new VirtualEnvironmentName("owner-of-" + name));
                    default -> null;
                };
        return virtualEnvironment == null || !Mesh.variables(virtualEnvironment).containsKey("forbidden");
    }

    private static Message resource(ResourceType type, String name, Map<String, String> variables) {
        String content = variables.getOrDefault(type.name().toLowerCase(Locale.ROOT), "");
        return switch (type) {
            case CLUSTER ->
                Cluster.newBuilder()
                        .setName(name)
                        .setAltStatName(content)
                        .setType(name.equals("always") ? Cluster.DiscoveryType.STATIC : Cluster.DiscoveryType.EDS)
                        .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder()
                                .setEdsConfig(
                                        ConfigSource.newBuilder().setAds(AggregatedConfigSource.getDefaultInstance())))
                        .build();
            case ENDPOINT ->
                ClusterLoadAssignment.newBuilder()
                        .setClusterName(name)
                        .putNamedEndpoints(
                                content, io.envoyproxy.envoy.config.endpoint.v3.Endpoint.getDefaultInstance())
                        .build();
            case LISTENER ->
                Listener.newBuilder().setName(name).setStatPrefix(content).build();
            case SCOPED_ROUTE ->
                ScopedRouteConfiguration.newBuilder()
                        .setName(name)
                        .setRouteConfigurationName(name + content)
                        .build();
            case ROUTE -> {
                RouteConfiguration.Builder routes =
                        RouteConfiguration.newBuilder().setName(name).addInternalOnlyHeaders(content);
                if (variables.containsKey("routed")) {
                    Route.Builder route = routes.addVirtualHostsBuilder().addRoutesBuilder();
                    route.getRouteBuilder().setCluster(owner(name).value());
                    if (variables.get("routed").equals("loaded")) {
                        route.putTypedPerFilterConfig(
                                WireNames.ON_DEMAND_FILTER,
                                Any.pack(FilterConfig.newBuilder()
                                        .setDisabled(true)
                                        .build()));
                    }
                }
                yield routes.build();
            }
            case SECRET -> throw new IllegalArgumentException("no environment has " + name);
        };
    }

    private static Message certificate(String name) {
        return io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret.newBuilder()
                .setName(name)
                .setTlsCertificate(TlsCertificate.getDefaultInstance())
                .build();
    }

    private static Message secret(String name, @Nullable Secret secret) {
        ByteString bytes = secret == null
                ? ByteString.EMPTY
                : ByteString.copyFrom(
                        Objects.requireNonNull(secret.get("value")).reveal());
        return io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret.newBuilder()
                .setName(name)
                .setGenericSecret(GenericSecret.newBuilder()
                        .setSecret(DataSource.newBuilder().setInlineBytes(bytes)))
                .build();
    }
}
