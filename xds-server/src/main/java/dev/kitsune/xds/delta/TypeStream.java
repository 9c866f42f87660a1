package dev.kitsune.xds.delta;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.store.HeldResource;
import dev.kitsune.xds.store.Refusal;
import dev.kitsune.xds.store.StoredResource;
import dev.kitsune.xds.store.Subscription;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One type of one stream, with its subscription, the resources that wait to be sent, and the one response in flight. It
 * does not depend on gRPC, and is used by one thread at a time.
 *
 * <p>Waves count the moments at which the stream looked for changes. They define the order of dependent changes. A
 * change waits only for resources that began to wait no later than the change itself, so that a busy type never starves
 * another.
 */
final class TypeStream {
    /** The limits of a response, well below gRPC's own limit. */
    private static final int MAX_ITEMS = 1000;

    private static final int MAX_BYTES = 1 << 20;

    private final ResourceType type;
    private final Subscription subscription;
    private final ClientState client;
    private Queues queues = Queues.NONE;
    private @Nullable Outgoing inFlight;
    private String nonce = "";
    private String acknowledged = "";
    private boolean wildcard;
    private boolean askingForAll;
    private boolean owesAnswer;
    private boolean dropped;

    TypeStream(ResourceType type, Subscription subscription) {
        this.type = type;
        this.subscription = subscription;
        this.client = new ClientState(type, subscription);
    }

    private void open() {
        queues = queues == Queues.NONE ? new Queues() : queues;
    }

    private void closeIfEmpty() {
        queues = queues.isEmpty() ? Queues.NONE : queues;
    }

    // The client's subscriptions.

    /** Records the resources that a reconnecting client lists. */
    void has(Map<String, String> initialVersions) {
        client.has(initialVersions);
    }

    /** Subscribes to these names. They are answered unless the client listed them. */
    void subscribe(Collection<String> names, boolean first) {
        open();
        for (String name : names) {
            if (!first || client.held(name) == null) {
                queues.asking.add(name);
            }
        }
    }

    /**
     * Unsubscribes from these names. The client's versions of them no longer count.
     *
     * @return whether they are to be offered: it cannot know whether the wildcard still covers them, and is told
     */
    boolean unsubscribe(Collection<String> names) {
        open();
        for (String name : names) {
            queues.asking.remove(name);
            queues.answers.remove(name);
            queues.changes.remove(name);
            queues.removals.remove(name);
            client.forget(name);
        }
        Set<String> gone = Set.copyOf(names);
        inFlight = inFlight == null ? null : inFlight.without(gone);
        List<Outgoing> groups = List.copyOf(queues.suspects);
        queues.suspects.clear();
        groups.forEach(group -> queues.suspects.add(group.without(gone)));
        if (wildcard) {
            queues.asking.addAll(names);
        }
        return wildcard;
    }

    void subscribeWildcard() {
        if (!wildcard) {
            wildcard = true;
            askingForAll = true;
            owesAnswer = true;
        }
    }

    void unsubscribeWildcard() {
        wildcard = false;
        owesAnswer = false;
    }

    /** Sends these again when they are offered next, although the client has them. */
    void sendAgain(Collection<String> names) {
        open();
        queues.asking.addAll(names);
    }

    /** Whether the client waits for an answer for this name. */
    boolean isAsking(String name) {
        return queues.asking.contains(name) || queues.answers.containsKey(name);
    }

    boolean isNamed(String name) {
        return subscription.isNamed(type, name);
    }

    /** The names that the client subscribes to and that it has. */
    List<String> heldByName() {
        return subscription.named(type).stream().filter(this::isHeld).toList();
    }

    /** Whether the client has subscribed to the name or already has it. */
    boolean isKnown(String name) {
        return isNamed(name) || client.held(name) != null;
    }

    /** Answers for these names as soon as they are offered, unless the client has them or is about to get them. */
    void ask(Collection<String> names) {
        open();
        names.stream().filter(name -> !isHeld(name) && !isPending(name)).forEach(queues.asking::add);
    }

    /** Whether the client has it, and is not about to lose it. */
    boolean isHeld(String name) {
        Item sent = inFlight == null ? null : inFlight.item(name);
        return client.held(name) != null
                && !queues.removals.containsKey(name)
                && (sent == null || sent.resource() != null);
    }

    /** Whether it waits to be sent or acknowledged. */
    boolean isPending(String name) {
        return queues.answers.containsKey(name)
                || queues.changes.containsKey(name)
                || (inFlight != null && inFlight.item(name) != null)
                || queues.suspects.stream().anyMatch(group -> group.item(name) != null);
    }

    /** Whether the client has it or has rejected it, so that nothing has to wait for it. */
    boolean isSettled(String name) {
        return client.held(name) != null || client.hasRefused(name);
    }

    /** The resources that the client rejects. */
    Collection<Refusal> refusals() {
        return client.refusals();
    }

    /** Whether the client has rejected it. */
    boolean isRefused(String name) {
        return client.hasRefused(name);
    }

    // The store's resources.

    /** Records changes. */
    void offer(Map<String, Optional<StoredResource>> changed, long wave) {
        open();
        changed.forEach((name, resource) -> offer(name, resource.orElse(null), wave));
        closeIfEmpty();
    }

    /** Everything that the client has asked for by a wildcard has been offered, even if that was nothing. */
    void offeredAll() {
        askingForAll = false;
    }

    private void offer(String name, @Nullable StoredResource now, long wave) {
        if (queues.asking.remove(name) || queues.answers.containsKey(name)) {
            answer(name, now, wave);
            return;
        }
        if (now == null) {
            client.forgetRefusal(name);
        }
        HeldResource held = expected(name);
        ClientState.SendStep step = client.step(name, now, held);
        // A stand-in that replaces a resource is a removal.
        boolean emptied =
                step == ClientState.SendStep.SEND && now != null && now.standIn() && held != null && !held.standIn();
        boolean takenAway = step == ClientState.SendStep.REMOVE || emptied;
        Item waiting = takenAway ? queues.removals.get(name) : queues.changes.get(name);
        long since = waiting == null ? wave : waiting.since();
        if (!takenAway) {
            queues.removals.remove(name);
        }
        if (step != ClientState.SendStep.SEND || emptied) {
            queues.changes.remove(name);
        }
        if (takenAway) {
            queues.removals.put(name, Item.change(name, emptied ? now : null, since, wave));
        } else if (step == ClientState.SendStep.SEND && askingForAll) {
            answer(name, now, wave);
        } else if (step == ClientState.SendStep.SEND) {
            queues.changes.put(name, Item.change(name, now, since, wave));
        }
    }

    private void answer(String name, @Nullable StoredResource now, long wave) {
        long offered = wave;
        for (Map<String, Item> queue : List.of(queues.changes, queues.removals, queues.answers)) {
            Item waiting = queue.remove(name);
            offered = waiting == null ? offered : Math.min(offered, waiting.offered());
        }
        queues.answers.put(name, Item.answer(name, now, offered));
    }

    private @Nullable HeldResource expected(String name) {
        Item item = inFlight == null ? null : inFlight.item(name);
        if (item != null) {
            StoredResource resource = item.resource();
            return resource == null ? null : HeldResource.of(resource);
        }
        return client.held(name);
    }

    // The responses.

    /**
     * Returns the next response; null if there is nothing to send, or if one is in flight.
     *
     * @param changesBefore only changes of earlier waves than this may be sent, except answers
     * @param removalsBefore the same for removals
     */
    @Nullable
    Outgoing next(long changesBefore, long removalsBefore) {
        if (inFlight != null) {
            return null;
        }
        List<Item> items = suspects();
        if (items.isEmpty()) {
            Batch batch = new Batch();
            if (type == ResourceType.SECRET) {
                // Routes that wait for a new secret are in force before an earlier one is emptied.
                batch.take(queues.answers, Long.MAX_VALUE);
            }
            batch.take(queues.removals, removalsBefore);
            batch.take(queues.answers, Long.MAX_VALUE);
            batch.take(queues.changes, changesBefore);
            items = batch.items;
        }
        if (items.isEmpty() && !owesAnswer) {
            return null;
        }
        owesAnswer = false;
        return new Outgoing(items);
    }

    /** Whether something that the client asked for may not have arrived. */
    boolean isAnswering() {
        return !queues.answers.isEmpty()
                || (inFlight != null && inFlight.items().stream().anyMatch(item -> item.wave() == Item.ANSWER));
    }

    /** Whether something that others may have waited for was not due any more, since this was asked last. */
    boolean takeDropped() {
        boolean taken = dropped;
        dropped = false;
        return taken;
    }

    void sent(Outgoing outgoing, String withNonce) {
        inFlight = outgoing;
        nonce = withNonce;
    }

    /** Returns a group that was rejected as a whole, without the resources that have changed since. */
    private List<Item> suspects() {
        while (!queues.suspects.isEmpty()) {
            List<Item> still = queues.suspects.remove().items().stream()
                    .filter(item -> !queues.answers.containsKey(item.name()))
                    .filter(item -> !queues.changes.containsKey(item.name()))
                    .filter(item -> !queues.removals.containsKey(item.name()))
                    .toList();
            if (!still.isEmpty()) {
                return still;
            }
        }
        return List.of();
    }

    /** A response that is being built. */
    private final class Batch {
        private final List<Item> items = new ArrayList<>();
        private int bytes;
        private boolean full;

        void take(Map<String, Item> queue, long before) {
            Iterator<Item> waiting = queue.values().iterator();
            while (waiting.hasNext() && !full) {
                Item item = waiting.next();
                if (item.wave() < before || item.wave() == Item.ANSWER) {
                    boolean due = isStillDue(item);
                    if (due && item.isAlone() && !items.isEmpty()) {
                        full = true;
                        return;
                    }
                    waiting.remove();
                    if (due) {
                        items.add(item);
                        bytes += item.size();
                        full = item.isAlone() || items.size() >= MAX_ITEMS || bytes >= MAX_BYTES;
                    } else {
                        dropped = true;
                    }
                }
            }
        }

        private boolean isStillDue(Item item) {
            StoredResource resource = item.resource();
            if (item.wave() == Item.ANSWER) {
                return resource == null || !client.refused(resource);
            }
            HeldResource held = client.held(item.name());
            return resource == null
                    ? held != null
                    : client.step(item.name(), resource, held) == ClientState.SendStep.SEND;
        }
    }

    // The client's reactions.

    boolean isInFlight(String responseNonce) {
        return inFlight != null && nonce.equals(responseNonce);
    }

    void acknowledge() {
        if (inFlight != null) {
            inFlight.items().forEach(client::acknowledged);
            inFlight = null;
            acknowledged = nonce;
            closeIfEmpty();
        }
    }

    /**
     * Handles a rejection of the response in flight. A single resource is at fault and is returned. Several resources
     * are sent again in halves until the faulty one is alone.
     */
    Optional<Item> refuse() {
        Outgoing refused = inFlight;
        inFlight = null;
        if (refused == null || refused.items().isEmpty()) {
            return Optional.empty();
        }
        if (refused.size() == 1) {
            return refused.items().stream().findFirst();
        }
        open();
        List<Outgoing> halves = refused.halves();
        for (int i = halves.size() - 1; i >= 0; i--) {
            queues.suspects.addFirst(halves.get(i));
        }
        return Optional.empty();
    }

    void holdBack(Refusal refusal) {
        client.refused(refusal);
    }

    // The waves that other types wait for.

    /** Returns the first wave with an unacknowledged resource that is not a removal. */
    long additionsSince() {
        return Math.min(first(queues.changes), underWay(true));
    }

    /** Returns the first wave that is not completely acknowledged. */
    long unfinishedSince() {
        return Math.min(Math.min(first(queues.changes), first(queues.removals)), underWay(false));
    }

    /** Returns the first wave with a resource, even an answer, that is not acknowledged. */
    long unsettledSince() {
        long first = Math.min(first(queues.changes), first(queues.removals));
        for (Item answer : queues.answers.values()) {
            first = Math.min(first, answer.offered());
        }
        for (Outgoing group : queues.suspects) {
            first = Math.min(first, group.offered());
        }
        return inFlight == null ? first : Math.min(first, inFlight.offered());
    }

    /** Whether the client has everything that it asked for, and has acknowledged it. */
    boolean isIdle() {
        return queues.isEmpty() && inFlight == null && !owesAnswer && !askingForAll;
    }

    private static long first(Map<String, Item> queue) {
        return queue.isEmpty() ? Item.ANSWER : queue.values().iterator().next().since();
    }

    private long underWay(boolean additionsOnly) {
        long first = inFlight == null ? Item.ANSWER : since(inFlight, additionsOnly);
        for (Outgoing group : queues.suspects) {
            first = Math.min(first, since(group, additionsOnly));
        }
        return first;
    }

    private static long since(Outgoing outgoing, boolean additionsOnly) {
        return additionsOnly ? outgoing.additionsSince() : outgoing.since();
    }

    StreamView.TypeView view() {
        return new StreamView.TypeView(
                wildcard,
                subscription.countNamed(type),
                client.size(),
                queues.answers.size() + queues.changes.size() + queues.removals.size(),
                acknowledged,
                inFlight != null,
                List.copyOf(client.refusals()));
    }
}
