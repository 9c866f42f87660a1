package dev.kitsune.xds.protocol;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.HashMultimap;
import com.google.common.collect.SetMultimap;
import com.google.common.collect.Table;
import dev.kitsune.envoy.ResourceType;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A client of a delta stream without a connection, which knows what it has. It notes what a server must not do: sending
 * a resource that the client has and did not ask for, or removing one that it does not have.
 */
public final class DirectClient extends ServerCallStreamObserver<DeltaDiscoveryResponse> {
    private final Table<ResourceType, String, String> has = HashBasedTable.create();
    private final Table<ResourceType, String, String> acknowledged = HashBasedTable.create();
    private final SetMultimap<ResourceType, String> asked = HashMultimap.create();
    private final Deque<DeltaDiscoveryResponse> unacknowledged = new ArrayDeque<>();
    private final List<String> faults = new ArrayList<>();
    private boolean holding;
    private @Nullable StreamObserver<DeltaDiscoveryRequest> requests;

    public void connect(StreamObserver<DeltaDiscoveryRequest> to) {
        requests = to;
    }

    /** Sends a request; the names that it subscribes to may be answered although the client has them. */
    public void send(ResourceType type, DeltaDiscoveryRequest.Builder request) {
        asked.get(type).addAll(request.getResourceNamesSubscribeList());
        requests().onNext(request.setTypeUrl(type.typeUrl()).build());
    }

    /** Returns the versions of a type that it has acknowledged, or listed when it connected, by name. */
    public Map<String, String> acknowledged(ResourceType type) {
        return acknowledged.row(type);
    }

    /** The client gives up names, which it gets again if its wildcard has them. */
    public void unsubscribe(ResourceType type, String name, boolean wildcard) {
        has.row(type).remove(name);
        acknowledged.row(type).remove(name);
        // With a wildcard, the server says whether the wildcard still has it.
        if (wildcard) {
            asked.get(type).add(name);
        } else {
            asked.get(type).remove(name);
        }
        send(type, DeltaDiscoveryRequest.newBuilder().addResourceNamesUnsubscribe(name));
    }

    /** The first request of a type has been sent. It lists what the client has, so that is not to be sent again. */
    public void began(ResourceType type) {
        acknowledged.row(type).clear();
        acknowledged.row(type).putAll(has.row(type));
        asked.get(type).remove("*");
    }

    /** Returns the versions of a type that it has, by name. */
    public Map<String, String> has(ResourceType type) {
        return has.row(type);
    }

    public List<String> faults() {
        return faults;
    }

    /** Whether it keeps its acknowledgements for later. */
    public void hold(boolean hold) {
        holding = hold;
        while (!holding && !unacknowledged.isEmpty()) {
            acknowledge(unacknowledged.remove());
        }
    }

    /** The connection ends, and what it has not acknowledged is not acknowledged any more. */
    public void disconnect() {
        unacknowledged.clear();
        requests().onCompleted();
    }

    @Override
    public void onNext(DeltaDiscoveryResponse response) {
        ResourceType type = DeltaClient.type(response);
        // A wildcard that was turned off and on asks for all names, so each of them may be answered.
        boolean all = asked.get(type).contains("*");
        response.getResourcesList().forEach(resource -> {
            boolean wanted = asked.get(type).remove(resource.getName()) || all;
            String before = has.row(type).put(resource.getName(), resource.getVersion());
            if (resource.getVersion().equals(before) && !wanted) {
                faults.add("sent again: " + type + " " + resource.getName());
            }
        });
        response.getRemovedResourcesList().forEach(name -> {
            boolean wanted = asked.get(type).remove(name) || all;
            if (has.row(type).remove(name) == null && !wanted) {
                faults.add("removed, but not there: " + type + " " + name);
            }
        });
        if (holding) {
            unacknowledged.add(response);
        } else {
            acknowledge(response);
        }
    }

    private void acknowledge(DeltaDiscoveryResponse response) {
        Map<String, String> ofType = acknowledged.row(DeltaClient.type(response));
        response.getResourcesList().forEach(resource -> ofType.put(resource.getName(), resource.getVersion()));
        ofType.keySet().removeAll(response.getRemovedResourcesList());
        requests()
                .onNext(DeltaDiscoveryRequest.newBuilder()
                        .setTypeUrl(response.getTypeUrl())
                        .setResponseNonce(response.getNonce())
                        .build());
    }

    private StreamObserver<DeltaDiscoveryRequest> requests() {
        if (requests == null) {
            throw new IllegalStateException("not connected");
        }
        return requests;
    }

    @Override
    public void onError(Throwable error) {
        faults.add("the server ended the stream: " + error);
    }

    @Override
    public void onCompleted() {}

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void disableAutoRequest() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}
}
