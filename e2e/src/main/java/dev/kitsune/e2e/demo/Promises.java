package dev.kitsune.e2e.demo;

import java.util.ArrayList;
import java.util.List;

/** Collects what was not as promised. */
final class Promises {
    private final Screen screen;
    private final List<String> broken = new ArrayList<>();

    Promises(Screen screen) {
        this.screen = screen;
    }

    /**
     * Says how it is.
     *
     * @param row what it is about: the name by which a broken promise is reported
     */
    void check(boolean kept, String row, String sentence) {
        if (kept) {
            screen.good(sentence);
        } else {
            broken(row, sentence);
        }
    }

    void broken(String row, String sentence) {
        screen.bad(row + ": " + sentence);
        broken.add(row + ": " + sentence);
    }

    /** One sentence for each, which begins with the row. */
    List<String> broken() {
        return List.copyOf(broken);
    }
}
