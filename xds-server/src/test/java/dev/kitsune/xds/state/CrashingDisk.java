package dev.kitsune.xds.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A disk of which a step fails: before it, in the middle of a write, or after it. It waits for no platter. */
final class CrashingDisk extends Disk {
    private int left;
    private boolean full;

    private CrashingDisk(int left, boolean full) {
        this.left = left;
        this.full = full;
    }

    /** The process is gone: nothing in it may go on. */
    static final class Gone extends Error {
        private static final long serialVersionUID = 1;
    }

    static CrashingDisk good() {
        return new CrashingDisk(Integer.MAX_VALUE, false);
    }

    /** Ends the process at a step. */
    static CrashingDisk gone(int step) {
        return new CrashingDisk(step, false);
    }

    /** At that step the process will be gone. */
    void crashAt(int step) {
        left = step;
        full = false;
    }

    /** From that step on nothing can be written. */
    void fullAt(int step) {
        left = step;
        full = true;
    }

    void mended() {
        left = Integer.MAX_VALUE;
    }

    private void step() throws IOException {
        if (left > 0) {
            left--;
        } else if (full) {
            throw new IOException("No space left on device");
        } else {
            throw new Gone();
        }
    }

    @Override
    void write(Path file, byte[] contents) throws IOException {
        step();
        Files.write(file, Arrays.copyOf(contents, contents.length / 2));
        step();
        Files.write(file, contents);
        step();
    }

    @Override
    void move(Path from, Path to) throws IOException {
        step();
        super.move(from, to);
        step();
    }

    @Override
    void delete(Path file) throws IOException {
        step();
        super.delete(file);
        step();
    }

    @Override
    void sync(Path folder) throws IOException {
        step();
    }
}
