package dev.kitsune.bench.world;

/** A control plane that serves a {@link World}. Used by one thread. */
public sealed interface RunningWorld extends AutoCloseable permits ServedWorld, FolderWorld {
    /** Where proxies find it. */
    int port();

    /**
     * Has the file of one virtual environment changed.
     *
     * @param text empty for no file
     * @return the moment from which the change counts, as {@link System#nanoTime}
     */
    long apply(int virtualEnvironment, String text);

    /** How often translation was asked for anything. */
    long translatorCalls();

    /** Waits until what is under way has settled, so that it does not count for the next change. */
    void awaitQuiet() throws InterruptedException;

    @Override
    void close();
}
