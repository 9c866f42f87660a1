package dev.kitsune.e2e.behaviour;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a test has opened: the last is closed first. */
final class Opened {
    private final Deque<AutoCloseable> all = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T one) {
        all.push(one);
        return one;
    }

    void close() throws Exception {
        while (!all.isEmpty()) {
            all.pop().close();
        }
    }
}
