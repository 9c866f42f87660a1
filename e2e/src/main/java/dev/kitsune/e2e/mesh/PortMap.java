package dev.kitsune.e2e.mesh;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Maps the ports in manifests to free ones. A number from 19000 to 19999 in a manifest is a port. The running mesh uses
 * a free port in its place, so that any number of meshes can run at the same time.
 */
public final class PortMap {
    private static final Pattern WRITTEN = Pattern.compile("(?<![\\w.])19\\d{3}(?!\\w)");

    private final LoopbackPorts ports;
    private final Map<Integer, Integer> real = new TreeMap<>();

    PortMap(LoopbackPorts ports) {
        this.ports = ports;
    }

    /** Returns a text in which free ports replace the written ones. */
    public String withRealPorts(String text) {
        return WRITTEN.matcher(text).replaceAll(found -> Integer.toString(real(Integer.parseInt(found.group()))));
    }

    /** Returns the free port for a written one, which is always the same. */
    public synchronized int real(int written) {
        return real.computeIfAbsent(written, w -> {
            try {
                return ports.next();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Returns the free ports by written ones, for all ports so far. */
    synchronized Map<Integer, Integer> all() {
        return Map.copyOf(real);
    }
}
