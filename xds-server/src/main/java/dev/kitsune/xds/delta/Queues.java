package dev.kitsune.xds.delta;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The names of one type of one stream that wait to be sent. Most streams have nothing to send most of the time, and then
 * share {@link #NONE}.
 */
final class Queues {
    /** Is only read. */
    static final Queues NONE = new Queues();

    /** The names that the client asked for, and that the store has not offered yet. */
    final Set<String> asking = new HashSet<>();

    final Map<String, Item> answers = new LinkedHashMap<>();
    final Map<String, Item> changes = new LinkedHashMap<>();
    final Map<String, Item> removals = new LinkedHashMap<>();

    /** Parts of rejected responses. */
    final Deque<Outgoing> suspects = new ArrayDeque<>(1);

    boolean isEmpty() {
        return asking.isEmpty() && answers.isEmpty() && changes.isEmpty() && removals.isEmpty() && suspects.isEmpty();
    }
}
