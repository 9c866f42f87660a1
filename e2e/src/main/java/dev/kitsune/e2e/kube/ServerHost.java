package dev.kitsune.e2e.kube;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** What an API server runs in. It knows the token of an administrator. */
public interface ServerHost extends AutoCloseable {
    /** Returns the address of the API server. */
    String url();

    /** Returns the file by which clients recognise it. The file may appear only when the API server is almost ready. */
    Path certificate();

    /** Ends the API server like a crash. */
    void kill();

    /** Starts it again after {@link #kill}, at the same address and with the same objects. */
    void startAgain() throws IOException;

    /** Waits until the API server has ended, but not longer than this, and returns whether it has. */
    boolean hasEndedWithin(Duration patience) throws InterruptedException;

    /** Returns what the API server has logged. */
    String log() throws IOException;

    @Override
    void close();
}
