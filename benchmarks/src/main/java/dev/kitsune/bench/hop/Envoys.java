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

/** The Envoys that run, each with one worker. */
final class Envoys implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Lab lab;
    private final List<EnvoyProcess> all = new ArrayList<>();

    Envoys(Lab lab) {
        this.lab = lab;
    }

    /**
     * One whose configuration is a checked-in file.
     *
     * @param more behind what stands in the file
     * @param values what stands in it for {@code ${name}}; the admin port is not among them
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

    /** One that gets everything from a control plane. */
    EnvoyProcess sidecar(String name, Proxy.SidecarProxy sidecar, int xdsPort)
            throws IOException, InterruptedException {
        int adminPort = lab.ports().next();
        String json = EnvoyJson.print(Bootstraps.of(sidecar, name, "127.0.0.1", xdsPort, adminPort, Optional.empty()));
        // In a file that is called YAML, Envoy takes 8080.0 for text.
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
