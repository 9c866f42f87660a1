package dev.kitsune.envoy.cluster;

import dev.kitsune.envoy.Proxy.CredentialsBy;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.ClusterName.HttpVersion;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.SecretName;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Delivery;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The clusters of a sidecar's app: one for each HTTP version. There is the same again for each set of secrets for the app
 * if routes add them, or else for each virtual environment with secrets for the app.
 */
public final class AppClusters {
    /**
     * The time is below the idle timeout of any known server, because Envoy cannot know the actual one. Some servers
     * close idle connections after half a second. A new connection on the same machine costs next to nothing.
     */
    private static final Duration IDLE = Duration.ofMillis(400);

    private AppClusters() {}

    /** Returns the cluster of a virtual environment's requests to the app by one HTTP version. */
    public static ClusterName of(
            HttpVersion http,
            RouteName.InboundRouteName name,
            Delivery delivery,
            Declaration declaration,
            ResolvedVirtualEnvironment virtualEnvironment,
            SnapshotView view) {
        if (delivery.secrets().isEmpty()) {
            return new ClusterName.AppClusterName(http, name.appPort());
        }
        return name.credentials() == CredentialsBy.ROUTE
                ? new ClusterName.AppNeedingSecretsClusterName(
                        http,
                        name.appPort(),
                        name.callee(),
                        delivery.secrets().stream()
                                .map(Delivery.DeliveredSecret::header)
                                .sorted()
                                .toList())
                : new ClusterName.AppWithSecretsClusterName(
                        http, name.appPort(), name.callee(), ownerOf(delivery, declaration, virtualEnvironment, view));
    }

    /** Returns the secrets that the routes of a virtual environment add, by header. */
    public static SortedMap<String, SecretName> credentials(
            RouteName.InboundRouteName name,
            Delivery delivery,
            Declaration declaration,
            ResolvedVirtualEnvironment virtualEnvironment,
            SnapshotView view) {
        return name.credentials() == CredentialsBy.ROUTE
                ? credentials(name.callee(), delivery, ownerOf(delivery, declaration, virtualEnvironment, view))
                : new TreeMap<>();
    }

    private static SortedMap<String, SecretName> credentials(
            ComponentVersion version, Delivery delivery, VirtualEnvironmentName owner) {
        SortedMap<String, SecretName> secrets = new TreeMap<>();
        delivery.secrets().forEach(s -> secrets.put(s.header(), new SecretName.AppHeader(version, owner, s.header())));
        return secrets;
    }

    /** Returns the virtual environment whose secrets of a header a virtual environment adds; empty for none. */
    public static Optional<VirtualEnvironmentName> ownerOf(
            String header, Declaration declaration, ResolvedVirtualEnvironment virtualEnvironment, SnapshotView view) {
        Delivery delivery = Delivery.of(declaration, virtualEnvironment);
        return delivery.secrets().stream().anyMatch(secret -> secret.header().equals(header))
                ? Optional.of(ownerOf(delivery, declaration, virtualEnvironment, view))
                : Optional.empty();
    }

    /** Returns the farthest ancestor with the same secrets. */
    private static VirtualEnvironmentName ownerOf(
            Delivery delivery,
            Declaration declaration,
            ResolvedVirtualEnvironment virtualEnvironment,
            SnapshotView view) {
        ResolvedVirtualEnvironment owner = virtualEnvironment;
        while (owner.parent() != null) {
            ResolvedVirtualEnvironment parent = view.virtualEnvironment(owner.parent());
            if (parent == null || !Delivery.of(declaration, parent).secrets().equals(delivery.secrets())) {
                break;
            }
            owner = parent;
        }
        return owner.name();
    }

    static Cluster cluster(ClusterName.AppClusterName name) {
        return atPort(name, name.port(), options(name.http()));
    }

    static Translated cluster(ClusterName.AppWithSecretsClusterName name, SnapshotView view) {
        ResolvedVirtualEnvironment virtualEnvironment = view.virtualEnvironment(name.virtualEnvironment());
        Declaration declaration = view.declaration(name.version());
        if (virtualEnvironment == null || declaration == null) {
            return Clusters.standIn(name);
        }
        SortedMap<String, SecretName> secrets =
                credentials(name.version(), Delivery.of(declaration, virtualEnvironment), name.virtualEnvironment());
        return new Translated(
                atPort(name, name.port(), CredentialInjection.inject(options(name.http()), secrets)), false);
    }

    static Cluster cluster(ClusterName.AppNeedingSecretsClusterName name) {
        return atPort(name, name.port(), CredentialInjection.require(options(name.http()), name.headers()));
    }

    private static HttpProtocolOptions.Builder options(HttpVersion http) {
        return Clusters.idle(Clusters.always(http), IDLE);
    }

    private static Cluster atPort(ClusterName name, int port, HttpProtocolOptions.Builder options) {
        return Clusters.with(Clusters.base(name), options)
                .setType(Cluster.DiscoveryType.STATIC)
                .setLoadAssignment(Clusters.oneEndpoint(name.toString(), "127.0.0.1", port))
                .build();
    }
}
