package dev.kitsune.e2e.demo;

import java.util.ArrayList;
import java.util.List;

/** Prints the result of each check, and collects the failed ones. */
final class Promises {
    private final Screen screen;
    private final List<String> broken = new ArrayList<>();

    Promises(Screen screen) {
        this.screen = screen;
    }

    /**
     * Prints the result of a check.
     *
     * @param row the name under which a failed check is reported
     */
    void check(boolean kept, String row, String sentence) {
        if (kept) {
            screen.passed(sentence);
        } else {
            broken(row, sentence);
        }
    }

    void broken(String row, String sentence) {
        screen.failed(row + ": " + sentence);
        broken.add(row + ": " + sentence);
    }

    /** Returns one sentence for each failed check, which begins with the row. */
    List<String> broken() {
        return List.copyOf(broken);
    }
}
