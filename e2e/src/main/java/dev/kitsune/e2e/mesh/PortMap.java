package dev.kitsune.e2e.mesh;

import dev.kitsune.e2e.envoy.LoopbackPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Ports for a mesh whose manifests name fixed ones. A number from 19000 to 19999 in a manifest stands for a port: the mesh
 * that runs has a free one in its place, so that any number of meshes run side by side.
 */
public final class PortMap {
    private static final Pattern WRITTEN = Pattern.compile("(?<![\\w.])19\\d{3}(?!\\w)");

    private final LoopbackPorts ports;
    private final Map<Integer, Integer> real = new TreeMap<>();

    PortMap(LoopbackPorts ports) {
        this.ports = ports;
    }

    /** The text with ports that are free here. */
    public String inPlace(String text) {
        return WRITTEN.matcher(text).replaceAll(found -> Integer.toString(real(Integer.parseInt(found.group()))));
    }

    /** The free port for a written one, always the same. */
    public synchronized int real(int written) {
        return real.computeIfAbsent(written, w -> {
            try {
                return ports.next();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Written port to free one, for all that were met so far. */
    synchronized Map<Integer, Integer> all() {
        return Map.copyOf(real);
    }
}
