package dev.kitsune.xds.delta;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.store.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A snapshot of the state of a connected proxy. */
public record StreamView(String nodeId, Proxy proxy, Instant since, Map<ResourceType, TypeView> types) {
    public StreamView {
        types = Map.copyOf(types);
    }

    /**
     * Its subscription to one type.
     *
     * @param named names that it subscribes to one by one
     * @param held resources that it has acknowledged
     * @param waiting resources that are to be sent to it
     * @param acknowledged nonce of the newest response that it acknowledged; empty for none
     * @param inFlight whether a response waits for its acknowledgement
     */
    public record TypeView(
            boolean wildcard,
            int named,
            int held,
            int waiting,
            String acknowledged,
            boolean inFlight,
            List<Refusal> refused) {
        public TypeView {
            refused = List.copyOf(refused);
        }
    }

    /** Returns the resources that it rejected and that are held back from it. */
    public List<Refusal> refused() {
        return types.values().stream().flatMap(type -> type.refused().stream()).toList();
    }
}
