package dev.kitsune.model.problem;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the word that the user most likely meant. */
public final class DidYouMean {
    /** A longer list of names helps nobody. */
    private static final int MANY = 20;

    private DidYouMean() {}

    /** Returns the same hint for names of virtual environments. */
    public static String hint(VirtualEnvironmentName written, Collection<VirtualEnvironmentName> right) {
        return hint(
                written.value(),
                right.stream().map(VirtualEnvironmentName::value).toList());
    }

    /** {@code ; did you mean "version"?}, or all that would have been right where nothing is near. */
    public static String hint(String written, Collection<String> right) {
        Optional<String> nearest = nearest(written, right);
        if (nearest.isPresent()) {
            return "; did you mean \"" + nearest.get() + "\"?";
        }
        return right.isEmpty() || right.size() > MANY
                ? ""
                : "; expected " + right.stream().sorted().collect(Collectors.joining(", ", "one of ", ""));
    }

    /** The word that was meant; empty where none is near. */
    public static Optional<String> nearest(String written, Collection<String> right) {
        @Nullable String nearest = null;
        int least = Math.max(1, Math.min(3, written.length() / 3)) + 1;
        for (String candidate : right) {
            int distance = distance(written, candidate, least);
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /** Letters left out, added, replaced, or swapped with their neighbour; case costs nothing. */
    private static int distance(String written, String right, int enough) {
        if (Math.abs(written.length() - right.length()) >= enough) {
            return enough;
        }
        String a = written.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                d[i][j] = Math.min(replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
