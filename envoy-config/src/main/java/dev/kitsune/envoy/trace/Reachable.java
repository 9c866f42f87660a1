package dev.kitsune.envoy.trace;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.cluster.RouteCredentials;
import dev.kitsune.envoy.json.EnvoyJson;
import dev.kitsune.envoy.route.GrpcCaller;
import dev.kitsune.envoy.translate.Translator;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All resources of a view that one proxy can receive: its wildcard subscriptions, and all resources that these refer
 * to. A gRPC client has no wildcard subscriptions, so it is assumed to dial each component that it may call.
 */
public final class Reachable {
    private final Audience audience;
    private final SnapshotView view;
    private final Map<ResourceType, SortedMap<String, Message>> found = new EnumMap<>(ResourceType.class);
    private final Deque<Message> unread = new ArrayDeque<>();

    private Reachable(Audience audience, SnapshotView view) {
        this.audience = audience;
        this.view = view;
    }

    /** {@code virtualEnvironments}: only for these virtual environments */
    public static Map<ResourceType, SortedMap<String, Message>> of(
            Proxy proxy, SnapshotView view, Collection<VirtualEnvironmentName> virtualEnvironments) {
        Audience audience = Audience.of(proxy, view);
        Reachable resources = new Reachable(audience, view);
        for (ResourceType type : ResourceType.values()) {
            Translator.wildcard(type, audience, view).forEach(name -> resources.add(type, name));
            for (VirtualEnvironmentName virtualEnvironment : virtualEnvironments) {
                Translator.wildcard(type, audience, virtualEnvironment, view)
                        .forEach(name -> resources.add(type, name));
            }
        }
        if (proxy instanceof Proxy.GrpcProxy client) {
            GrpcCaller.listeners(client, view).forEach(name -> resources.add(ResourceType.LISTENER, name.toString()));
        }
        while (!resources.unread.isEmpty()) {
            references(resources.unread.remove(), resources::add);
        }
        return resources.found;
    }

    private void add(ResourceType type, String name) {
        SortedMap<String, Message> known = found.computeIfAbsent(type, t -> new TreeMap<>());
        if (!known.containsKey(name) && Translator.entitled(audience, type, name, view)) {
            Translator.translate(type, name, view).ifPresent(translated -> {
                known.put(name, translated.resource());
                unread.add(translated.resource());
            });
        }
    }

    /** Reports each name that a message refers to. */
    public static void references(Message message, ReferenceListener listener) {
        try {
            if (message instanceof Any any && !any.getTypeUrl().isEmpty()) {
                references(EnvoyJson.unpack(any), listener);
                if (any.is(HeaderMutationPerRoute.class)) {
                    RouteCredentials.read(any).ifPresent(secrets -> secrets.values()
                            .forEach(secret -> listener.named(ResourceType.SECRET, secret.toString())));
                }
            } else if (message instanceof ScopedRouteConfiguration scope) {
                listener.named(ResourceType.ROUTE, scope.getRouteConfigurationName());
            } else if (message instanceof Rds rds) {
                listener.named(ResourceType.ROUTE, rds.getRouteConfigName());
            } else if (message instanceof Cluster cluster && cluster.hasEdsClusterConfig()) {
                String service = cluster.getEdsClusterConfig().getServiceName();
                listener.named(ResourceType.ENDPOINT, service.isEmpty() ? cluster.getName() : service);
            } else if (message instanceof SdsSecretConfig sds) {
                listener.named(ResourceType.SECRET, sds.getName());
            } else if (message instanceof WeightedCluster.ClusterWeight weighted) {
                listener.named(ResourceType.CLUSTER, weighted.getName());
            } else if (message instanceof RouteAction action
                    && !action.getCluster().isEmpty()) {
                listener.named(ResourceType.CLUSTER, action.getCluster());
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a resource that we made is not well formed", e);
        }
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            Collection<?> values = field.getValue() instanceof Collection<?> many ? many : List.of(field.getValue());
            for (Object value : values) {
                if (value instanceof Message part) {
                    references(part, listener);
                }
            }
        }
    }
}
