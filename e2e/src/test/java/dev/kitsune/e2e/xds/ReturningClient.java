package dev.kitsune.e2e.xds;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.BuildVersion;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.envoyproxy.envoy.type.v3.SemanticVersion;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client that behaves like an eager Envoy, without being one: it subscribes to everything that it needs, acknowledges
 * everything, and on its next connection says which versions it has. Of the resources it keeps only the versions, and the
 * highest number behind {@value #MARKER} that stood in one of them.
 */
public final class ReturningClient {
    public static final String MARKER = "marker-";
    private static final Pattern NUMBER = Pattern.compile(MARKER + "(\\d+)");

    private final Node node;
    private final Map<ResourceType, Map<String, String>> has = new HashMap<>();

    /** The routes of each scope. */
    private final Map<String, String> scopes = new HashMap<>();

    private int seen = -1;
    private int again;
    private boolean connected;

    public ReturningClient(String id, Proxy proxy) {
        this.node = Node.newBuilder()
                .setId(id)
                .setMetadata(proxy.metadata())
                .setUserAgentName("envoy")
                .setUserAgentBuildVersion(BuildVersion.newBuilder()
                        .setVersion(
                                SemanticVersion.newBuilder().setMajorNumber(1).setMinorNumber(40)))
                .build();
    }

    /** The highest number that it has seen; -1 for none. */
    public synchronized int seen() {
        return seen;
    }

    /** How many resources were sent to it that it had in the same version. */
    synchronized int again() {
        return again;
    }

    public synchronized boolean isConnected() {
        return connected;
    }

    /** Opens a stream, and subscribes to what it has, with its versions. */
    public void connect(ManagedChannel channel) {
        AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(new Stream());
    }

    private final class Stream implements ClientResponseObserver<DeltaDiscoveryRequest, DeltaDiscoveryResponse> {
        @SuppressWarnings("NullAway.Init") // set before the stream starts
        private ClientCallStreamObserver<DeltaDiscoveryRequest> requests;

        private final Map<ResourceType, Set<String>> subscribed = new HashMap<>();

        @Override
        public void beforeStart(ClientCallStreamObserver<DeltaDiscoveryRequest> observer) {
            requests = observer;
            observer.setOnReadyHandler(this::begin);
        }

        private void begin() {
            synchronized (ReturningClient.this) {
                if (connected) {
                    return;
                }
                connected = true;
                for (ResourceType type :
                        Set.of(ResourceType.CLUSTER, ResourceType.LISTENER, ResourceType.SCOPED_ROUTE)) {
                    requests.onNext(request(type).setNode(node).build());
                }
                for (ResourceType type : Set.of(ResourceType.ENDPOINT, ResourceType.ROUTE)) {
                    subscribe(type, Set.copyOf(of(type).keySet()));
                }
            }
        }

        private DeltaDiscoveryRequest.Builder request(ResourceType type) {
            return DeltaDiscoveryRequest.newBuilder()
                    .setTypeUrl(type.typeUrl())
                    .putAllInitialResourceVersions(of(type));
        }

        private void subscribe(ResourceType type, Set<String> names) {
            Set<String> before = subscribed.computeIfAbsent(type, none -> new HashSet<>());
            Set<String> added = new HashSet<>(names);
            added.removeAll(before);
            if (!added.isEmpty()) {
                DeltaDiscoveryRequest.Builder request = before.isEmpty()
                        ? request(type)
                        : DeltaDiscoveryRequest.newBuilder().setTypeUrl(type.typeUrl());
                before.addAll(added);
                requests.onNext(request.addAllResourceNamesSubscribe(added).build());
            }
        }

        @Override
        public void onNext(DeltaDiscoveryResponse response) {
            ResourceType type = ResourceType.ofTypeUrl(response.getTypeUrl()).orElseThrow();
            synchronized (ReturningClient.this) {
                Set<String> endpoints = new HashSet<>();
                Set<String> routes = new HashSet<>();
                for (Resource resource : response.getResourcesList()) {
                    if (resource.getVersion().equals(of(type).put(resource.getName(), resource.getVersion()))) {
                        again++;
                    }
                    look(resource, endpoints, routes);
                }
                of(type).keySet().removeAll(response.getRemovedResourcesList());
                if (type == ResourceType.SCOPED_ROUTE) {
                    scopes.keySet().removeAll(response.getRemovedResourcesList());
                }
                requests.onNext(DeltaDiscoveryRequest.newBuilder()
                        .setTypeUrl(response.getTypeUrl())
                        .setResponseNonce(response.getNonce())
                        .build());
                subscribe(ResourceType.ENDPOINT, endpoints);
                subscribe(ResourceType.ROUTE, routes);
                unsubscribe(ResourceType.ENDPOINT, of(ResourceType.CLUSTER).keySet());
                unsubscribe(ResourceType.ROUTE, Set.copyOf(scopes.values()));
            }
        }

        /** Lets go of what nothing names any more. */
        private void unsubscribe(ResourceType type, Set<String> named) {
            Set<String> now = subscribed.computeIfAbsent(type, none -> new HashSet<>());
            Set<String> gone = new HashSet<>(now);
            gone.removeAll(named);
            if (!gone.isEmpty()) {
                now.removeAll(gone);
                of(type).keySet().removeAll(gone);
                requests.onNext(DeltaDiscoveryRequest.newBuilder()
                        .setTypeUrl(type.typeUrl())
                        .addAllResourceNamesUnsubscribe(gone)
                        .build());
            }
        }

        private void look(Resource resource, Set<String> endpoints, Set<String> routes) {
            Any content = resource.getResource();
            Matcher marker = NUMBER.matcher(content.getValue().toString(StandardCharsets.ISO_8859_1));
            while (marker.find()) {
                seen = Math.max(seen, Integer.parseInt(marker.group(1)));
            }
            try {
                if (content.is(Cluster.class) && content.unpack(Cluster.class).getType() == Cluster.DiscoveryType.EDS) {
                    endpoints.add(resource.getName());
                } else if (content.is(ScopedRouteConfiguration.class)) {
                    String route =
                            content.unpack(ScopedRouteConfiguration.class).getRouteConfigurationName();
                    scopes.put(resource.getName(), route);
                    routes.add(route);
                }
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(resource.getName(), e);
            }
        }

        @Override
        public void onError(Throwable error) {
            end();
        }

        @Override
        public void onCompleted() {
            end();
        }

        private void end() {
            synchronized (ReturningClient.this) {
                connected = false;
            }
        }
    }

    private Map<String, String> of(ResourceType type) {
        return has.computeIfAbsent(type, none -> new HashMap<>());
    }
}
