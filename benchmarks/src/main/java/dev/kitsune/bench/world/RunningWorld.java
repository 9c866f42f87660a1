package dev.kitsune.bench.world;

/** A control plane that serves a {@link World}. Only one thread uses it. */
public sealed interface RunningWorld extends AutoCloseable permits ServedWorld, FolderWorld {
    /** Returns the port for proxies. */
    int port();

    /**
     * Changes the file of one virtual environment.
     *
     * @param text the new content; empty if the file is deleted
     * @return the moment at which the measured time starts, as {@link System#nanoTime}
     */
    long apply(int virtualEnvironment, String text);

    /** Returns the number of calls to the translator. */
    long translatorCalls();

    /** Waits until all streams have settled, so that the rest of this change does not count for the next one. */
    void awaitQuiet() throws InterruptedException;

    @Override
    void close();
}
