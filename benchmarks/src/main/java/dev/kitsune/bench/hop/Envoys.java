package dev.kitsune.bench.hop;

import com.google.common.io.Resources;
import dev.kitsune.bench.lab.Lab;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.bootstrap.Bootstraps;
import dev.kitsune.envoy.json.EnvoyJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The running Envoys, each with one worker. */
final class Envoys implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Lab lab;
    private final List<EnvoyProcess> all = new ArrayList<>();

    Envoys(Lab lab) {
        this.lab = lab;
    }

    /**
     * Starts an Envoy whose configuration is a file of this module.
     *
     * @param more text that is added to the end of the file
     * @param values the values of {@code ${name}} in the file, except for the admin port
     */
    EnvoyProcess fromFile(String file, String more, Map<String, Integer> values)
            throws IOException, InterruptedException {
        int adminPort = lab.ports().next();
        String text =
                Resources.toString(Resources.getResource("bench/" + file + ".yaml"), StandardCharsets.UTF_8) + more;
        text = text.replace("${adminPort}", Integer.toString(adminPort));
        for (Map.Entry<String, Integer> value : values.entrySet()) {
            text = text.replace("${" + value.getKey() + "}", value.getValue().toString());
        }
        return start(file + "-" + adminPort, text, adminPort);
    }

    /** Starts an Envoy that gets everything from a control plane. */
    EnvoyProcess sidecar(String name, Proxy.SidecarProxy sidecar, int xdsPort)
            throws IOException, InterruptedException {
        int adminPort = lab.ports().next();
        String json = EnvoyJson.print(Bootstraps.of(sidecar, name, "127.0.0.1", xdsPort, adminPort, Optional.empty()));
        // In a YAML file, Envoy reads 8080.0 as text.
        String text = json.replaceAll("(?<=: \\d{1,5})\\.0(?=,?\\n)", "");
        return start(name, text, adminPort);
    }

    private EnvoyProcess start(String name, String text, int adminPort) throws IOException, InterruptedException {
        EnvoyProcess envoy = EnvoyProcess.start(lab.envoy(), name, text, adminPort, lab.work());
        all.add(envoy);
        return envoy.awaitReady(PATIENCE);
    }

    @Override
    public void close() {
        all.forEach(EnvoyProcess::close);
    }
}
