package dev.kitsune.e2e.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of the kernel that a kubelet and the bridge of CNI change. They are those of the whole machine, so they are
 * noted in a file before, and put back afterwards.
 */
final class KernelSettings {
    private static final Path SYSTEM = Path.of("/proc/sys");
    private static final List<String> CHANGED = List.of(
            "vm/overcommit_memory",
            "vm/panic_on_oom",
            "kernel/panic",
            "kernel/panic_on_oops",
            "kernel/keys/root_maxkeys",
            "kernel/keys/root_maxbytes",
            "net/ipv4/ip_forward");

    private static final int LONGEST = 128;

    private final Path note;

    /** {@code note}: the file that holds them meanwhile */
    KernelSettings(Path note) {
        this.note = note;
    }

    /** Notes how they are. */
    void note() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String setting : CHANGED) {
            Path file = SYSTEM.resolve(setting);
            if (Files.isReadable(file)) {
                lines.add(setting + "=" + value(file));
            }
        }
        Files.write(note, lines);
    }

    /** Puts back what was noted, if anything was. */
    void putBack() throws IOException {
        if (!Files.exists(note)) {
            return;
        }
        for (String line : Files.readAllLines(note)) {
            String[] setting = line.split("=", 2);
            Path file = SYSTEM.resolve(setting[0]);
            if (!value(file).equals(setting[1])) {
                Files.writeString(file, setting[1]);
            }
        }
    }

    /** Such a file is empty for whoever reads on, so it has to be read at once. */
    private static String value(Path file) throws IOException {
        byte[] all = new byte[LONGEST];
        try (InputStream in = Files.newInputStream(file)) {
            return new String(all, 0, Math.max(0, in.read(all)), StandardCharsets.US_ASCII).strip();
        }
    }
}
