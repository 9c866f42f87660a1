package dev.kitsune.bench.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The machine and the programs of a measurement.
 *
 * @param loadBefore the load average of the minute before the run, which shows the other load on the machine
 */
public record Machine(int processors, double loadBefore, String system, String java, String envoy) {
    public static Machine here(Path envoy) throws IOException {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                System.getProperty("java.version"),
                version(envoy));
    }

    private static String version(Path envoy) throws IOException {
        Process process = new ProcessBuilder(envoy.toString(), "--version").start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return text.replaceFirst("(?s).*version: [^/]*/([^/\\s]+).*", "$1").strip();
    }
}
