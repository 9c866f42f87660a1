package dev.kitsune.xds.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Ends the process at one of its steps: before it, in the middle of a write, or after it. */
final class CrashingDisk extends Disk {
    private int left;

    /** The process is gone. */
    static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    CrashingDisk(int left) {
        this.left = left;
    }

    private void step() {
        if (left-- == 0) {
            throw new Gone();
        }
    }

    @Override
    void write(Path file, byte[] contents) throws IOException {
        step();
        Files.write(file, Arrays.copyOf(contents, contents.length / 2));
        step();
        super.write(file, contents);
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
        super.sync(folder);
        step();
    }
}
