package dev.kitsune.envoy.cluster;

import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.name.ClusterName.HttpVersion;
import dev.kitsune.envoy.name.RouteName;
import dev.kitsune.envoy.name.SecretName;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Delivery;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The clusters of a sidecar's app: one for each HTTP version, and the same again for each virtual environment with
 * secrets for the app.
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
        ResolvedVirtualEnvironment owner = virtualEnvironment;
        while (owner.parent() != null) {
            ResolvedVirtualEnvironment parent = view.virtualEnvironment(owner.parent());
            if (parent == null || !Delivery.of(declaration, parent).secrets().equals(delivery.secrets())) {
                break;
            }
            owner = parent;
        }
        return new ClusterName.AppWithSecretsClusterName(http, name.appPort(), name.callee(), owner.name());
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
        SortedMap<String, SecretName> secrets = new TreeMap<>();
        Delivery.of(declaration, virtualEnvironment)
                .secrets()
                .forEach(s -> secrets.put(
                        s.header(), new SecretName.AppHeader(name.version(), name.virtualEnvironment(), s.header())));
        return new Translated(
                atPort(name, name.port(), CredentialInjection.inject(options(name.http()), secrets)), false);
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
