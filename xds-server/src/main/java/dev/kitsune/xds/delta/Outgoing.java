package dev.kitsune.xds.delta;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A response's content, from when it is put together until it is acknowledged. Immutable. */
final class Outgoing {
    private final Map<String, Item> items;
    private final int size;
    private final long since;
    private final long additionsSince;
    private final long offered;

    Outgoing(List<Item> items) {
        this(items, items.size());
    }

    private Outgoing(List<Item> items, int size) {
        this.items = new LinkedHashMap<>(items.size() * 2);
        this.size = size;
        long first = Item.ANSWER;
        long firstAddition = Item.ANSWER;
        long firstOffered = Item.ANSWER;
        for (Item item : items) {
            this.items.put(item.name(), item);
            first = Math.min(first, item.since());
            firstOffered = Math.min(firstOffered, item.offered());
            firstAddition = item.resource() == null ? firstAddition : Math.min(firstAddition, item.since());
        }
        this.since = first;
        this.additionsSince = firstAddition;
        this.offered = firstOffered;
    }

    Collection<Item> items() {
        return items.values();
    }

    @Nullable
    Item item(String name) {
        return items.get(name);
    }

    /** The number of resources when it was sent. If there was only one, a rejection is the fault of that one. */
    int size() {
        return size;
    }

    /** The first wave that waits for it; {@link Item#ANSWER} for none. */
    long since() {
        return since;
    }

    /** Like {@link #since}, but without removals. */
    long additionsSince() {
        return additionsSince;
    }

    /** Like {@link #since}, but with answers. */
    long offered() {
        return offered;
    }

    /** Returns the content without the names that the client has unsubscribed from. */
    Outgoing without(Set<String> names) {
        return new Outgoing(
                items.values().stream()
                        .filter(item -> !names.contains(item.name()))
                        .toList(),
                size);
    }

    /** Returns its two halves in order. A content with only one resource left is not split. */
    List<Outgoing> halves() {
        List<Item> all = List.copyOf(items.values());
        int middle = all.size() / 2;
        return Stream.of(all.subList(0, middle), all.subList(middle, all.size()))
                .filter(half -> !half.isEmpty())
                .map(Outgoing::new)
                .toList();
    }

    /** The names of the endpoints of its clusters. */
    List<String> endpoints() {
        return items.values().stream()
                .map(Item::endpoints)
                .flatMap(Optional::stream)
                .toList();
    }

    /** The names that the client subscribed to and that do not exist. */
    List<String> unanswerable() {
        return items.values().stream()
                .filter(item -> item.resource() == null && item.wave() == Item.ANSWER)
                .map(Item::name)
                .toList();
    }

    DeltaDiscoveryResponse toResponse(String typeUrl, String nonce) {
        DeltaDiscoveryResponse.Builder response =
                DeltaDiscoveryResponse.newBuilder().setTypeUrl(typeUrl).setNonce(nonce);
        for (Item item : items.values()) {
            if (item.resource() == null) {
                response.addRemovedResources(item.name());
            } else {
                response.addResources(item.resource().packed());
            }
        }
        return response.build();
    }
}
