package dev.kitsune.bench.hop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The resources that a process uses. Only Linux has these files. */
final class Usage {
    /** The kernel's unit for times in {@code /proc}, which is the same on all architectures that run Envoy. */
    private static final double TICKS_PER_SECOND = 100;

    /** An index in {@code /proc/PID/stat} after the name of the program, which may contain spaces. */
    private static final int USER_TIME = 11;

    private static final int SYSTEM_TIME = 12;

    private Usage() {}

    /** Returns the processor time that a process has used. */
    static double cpuSeconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) / TICKS_PER_SECOND;
    }

    /** Returns the memory of a process in the machine's RAM. */
    static long residentBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("process " + pid + " has ended");
    }
}
