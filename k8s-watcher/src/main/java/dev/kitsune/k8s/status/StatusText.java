package dev.kitsune.k8s.status;

/** Texts in objects of Kubernetes, which limits their length. */
final class StatusText {
    static final int OF_A_CONDITION = 4096;

    /** The API server refuses longer messages of Events. */
    static final int OF_AN_EVENT = 1024;

    private static final String MORE = "...";

    private StatusText() {}

    static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - MORE.length()) + MORE;
    }
}
