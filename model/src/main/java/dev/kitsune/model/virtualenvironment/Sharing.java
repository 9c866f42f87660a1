package dev.kitsune.model.virtualenvironment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reuses equal instances, so that ten thousand equal virtual environments take the memory of one. */
final class Sharing {
    private Sharing() {}

    static <T> List<T> list(List<T> own, List<T> others) {
        if (own.equals(others)) {
            return others;
        }
        Map<T, T> known = new HashMap<>();
        others.forEach(o -> known.put(o, o));
        List<T> shared = new ArrayList<>(own.size());
        own.forEach(o -> shared.add(known.getOrDefault(o, o)));
        return List.copyOf(shared);
    }

    static <K, V> Map<K, V> map(Map<K, V> own, Map<K, V> others) {
        if (own.equals(others)) {
            return others;
        }
        Map<K, V> shared = new HashMap<>(own);
        shared.replaceAll((key, value) -> value.equals(others.get(key)) ? others.getOrDefault(key, value) : value);
        return Map.copyOf(shared);
    }
}
