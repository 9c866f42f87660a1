package dev.kitsune.xds.inspect;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.TypeNames;
import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.delta.StreamView.TypeView;
import dev.kitsune.xds.store.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A connected Envoy, or gRPC client without one.
 *
 * @param component the component of a sidecar or client; null for a gateway
 * @param since when its stream began, as ISO 8601 in UTC
 * @param resources the resources that it received, with their states
 */
record ProxyRow(
        String node,
        String role,
        @Nullable String component,
        String scopes,
        String since,
        @JsonUnwrapped ResourcesRow resources) {
    /**
     * The resources of a proxy.
     *
     * @param held the number of acknowledged resources by type
     * @param sync the state of each type
     * @param waiting how many it is still to be sent or to acknowledge
     */
    record ResourcesRow(
            Map<String, Integer> held, Map<String, SyncState> sync, int waiting, List<RefusalRow> refused) {}

    /** Whether a proxy has what it is to have of one type. */
    enum SyncState {
        /** It has acknowledged everything. */
        SYNCED,
        /** Something is to be sent to it, or to be acknowledged by it. */
        STALE,
        /** It rejected a resource, and keeps the earlier version. */
        NACK,
        /** It has asked for none. */
        NOT_SENT;

        static SyncState of(TypeView type) {
            if (!type.refused().isEmpty()) {
                return NACK;
            }
            if (type.waiting() > 0 || type.inFlight()) {
                return STALE;
            }
            return type.wildcard() || type.named() > 0 ? SYNCED : NOT_SENT;
        }
    }

    /**
     * A resource that it rejected, with the reason. It keeps its earlier version.
     *
     * @param version null for secrets, see {@link ResourceRow}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RefusalRow(String type, String name, @Nullable String version, String detail, String at) {
        static RefusalRow of(Refusal refusal) {
            return new RefusalRow(
                    TypeNames.singular(refusal.type()),
                    refusal.name(),
                    refusal.type() == ResourceType.SECRET ? null : refusal.version(),
                    refusal.detail(),
                    refusal.at().toString());
        }
    }

    static ProxyRow of(StreamView stream) {
        Map<String, Integer> held = new TreeMap<>();
        Map<String, SyncState> sync = new LinkedHashMap<>();
        TypeNames.IN_ORDER.forEach(type -> sync.put(TypeNames.singular(type), SyncState.NOT_SENT));
        int waiting = 0;
        List<RefusalRow> refused = new ArrayList<>();
        for (var type : stream.types().entrySet()) {
            held.put(TypeNames.singular(type.getKey()), type.getValue().held());
            sync.put(TypeNames.singular(type.getKey()), SyncState.of(type.getValue()));
            waiting += type.getValue().waiting();
            type.getValue().refused().stream().map(RefusalRow::of).forEach(refused::add);
        }
        return new ProxyRow(
                stream.nodeId(),
                role(stream.proxy()),
                component(stream.proxy()),
                stream.proxy().scopes().text(),
                stream.since().toString(),
                new ResourcesRow(held, sync, waiting, refused));
    }

    private static @Nullable String component(Proxy proxy) {
        if (proxy instanceof Proxy.SidecarProxy sidecar) {
            return sidecar.component().toString();
        }
        return proxy instanceof Proxy.GrpcProxy grpc
                ? grpc.component() + (grpc.version() == null ? "" : "@" + grpc.version())
                : null;
    }

    private static String role(Proxy proxy) {
        return proxy instanceof Proxy.GatewayProxy
                ? "gateway"
                : proxy instanceof Proxy.SidecarProxy ? "sidecar" : "grpc";
    }
}
