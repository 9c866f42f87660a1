package dev.kitsune.xds.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A fact that differs between both sides.
 *
 * @param here null if it does not exist
 * @param there null if it does not exist
 */
public record Difference(
        String what, @Nullable String here, @Nullable String there) {

    public static List<Difference> between(SortedMap<String, String> here, SortedMap<String, String> there) {
        SortedSet<String> all = new TreeSet<>(here.keySet());
        all.addAll(there.keySet());
        List<Difference> differences = new ArrayList<>();
        for (String what : all) {
            String one = here.get(what);
            String other = there.get(what);
            if (one == null || !one.equals(other)) {
                differences.add(new Difference(what, one, other));
            }
        }
        return List.copyOf(differences);
    }

    /** Returns the differences between both sides. */
    public static SortedMap<String, String> apply(List<Difference> differences, SortedMap<String, String> here) {
        SortedMap<String, String> facts = new TreeMap<>(here);
        for (Difference difference : differences) {
            String there = difference.there();
            if (there == null) {
                facts.remove(difference.what());
            } else {
                facts.put(difference.what(), there);
            }
        }
        return facts;
    }
}
