package dev.kitsune.e2e.kube;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a test has opened. It is closed in reverse order, because what came later may use what came before. */
public final class Opened {
    private final Deque<AutoCloseable> all = new ArrayDeque<>();

    public <T extends AutoCloseable> T add(T one) {
        all.push(one);
        return one;
    }

    /** Closes one of them before the others. */
    public void close(AutoCloseable one) throws Exception {
        all.remove(one);
        one.close();
    }

    public void close() throws Exception {
        while (!all.isEmpty()) {
            all.pop().close();
        }
    }
}
