package dev.kitsune.envoy.gate;

import com.google.protobuf.Message;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Parts of routes that were found without faults. The routes of different virtual environments consist mostly of equal
 * parts, and comparing a part takes a fraction of the time of checking it. Bounded: the older half is forgotten.
 */
final class SoundParts {
    private static final int MOST = 1_000;

    private volatile Set<Message> young = ConcurrentHashMap.newKeySet();
    private volatile Set<Message> old = Set.of();

    boolean contains(Message part) {
        if (young.contains(part)) {
            return true;
        }
        if (old.contains(part)) {
            add(part);
            return true;
        }
        return false;
    }

    void add(Message part) {
        if (young.size() >= MOST) {
            old = young;
            young = ConcurrentHashMap.newKeySet();
        }
        young.add(part);
    }
}
