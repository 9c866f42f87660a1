package dev.kitsune.e2e.soak;

import java.util.List;

/** Compares the later part of a series of measurements with the earlier one, and ignores what comes first. */
final class Trend {
    private static final int PARTS = 3;

    private Trend() {}

    /**
     * Whether the last third is larger than the second one, by their medians. In the first third everything is used for
     * the first time.
     *
     * @param share by how much it may be larger, as a part of the second third
     * @param slack by how much it may be larger in any case
     */
    static boolean grows(List<Long> measured, double share, long slack) {
        int third = measured.size() / PARTS;
        if (third == 0) {
            throw new IllegalArgumentException("too few measurements for a trend: " + measured);
        }
        long earlier = median(measured.subList(measured.size() - 2 * third, measured.size() - third));
        long later = median(measured.subList(measured.size() - third, measured.size()));
        return later > earlier * (1 + share) + slack;
    }

    private static long median(List<Long> numbers) {
        return numbers.stream().sorted().toList().get(numbers.size() / 2);
    }
}
