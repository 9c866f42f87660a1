package dev.kitsune.xds.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A disk that fails at one step: before it, in the middle of a write, or after it. It does not wait for real disks. */
final class CrashingDisk extends Disk {
    private int left;
    private boolean full;

    private CrashingDisk(int left, boolean full) {
        this.left = left;
        this.full = full;
    }

    /** The end of the process, after which none of its code may run. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1;
    }

    static CrashingDisk working() {
        return new CrashingDisk(Integer.MAX_VALUE, false);
    }

    /** Ends the process at a step. */
    static CrashingDisk crashingAt(int step) {
        return new CrashingDisk(step, false);
    }

    /** Ends the process at that step. */
    void crashAt(int step) {
        left = step;
        full = false;
    }

    /** Fills the disk, so that nothing can be written from that step on. */
    void fullAt(int step) {
        left = step;
        full = true;
    }

    void repair() {
        left = Integer.MAX_VALUE;
    }

    private void step() throws IOException {
        if (left > 0) {
            left--;
        } else if (full) {
            throw new IOException("No space left on device");
        } else {
            throw new Crash();
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
