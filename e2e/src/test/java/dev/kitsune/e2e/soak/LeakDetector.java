package dev.kitsune.e2e.soak;

import java.util.List;

/** Netty's detector of buffers that nobody releases. */
final class LeakDetector {
    /** The options of a JVM in which it watches every buffer. */
    static final List<String> ON = List.of("-Dio.netty.leakDetection.level=paranoid");

    /** What begins each of its lines in a log. */
    static final String LINE = "LEAK:";

    private LeakDetector() {}
}
