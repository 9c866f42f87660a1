package dev.kitsune.e2e.behaviour;

import java.util.ArrayDeque;
import java.util.Deque;

/** The resources that a test has opened. The last one is closed first. */
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
