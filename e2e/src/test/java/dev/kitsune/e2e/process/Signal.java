package dev.kitsune.e2e.process;

import java.io.IOException;

/** Signals to processes of the tests. A stopped process keeps its connections and does not answer. */
public enum Signal {
    STOP,
    CONT;

    public void sendTo(long pid) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name(), Long.toString(pid))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("the signal " + name() + " was not sent to " + pid);
        }
    }
}
