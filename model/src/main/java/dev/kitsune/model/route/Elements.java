package dev.kitsune.model.route;

import dev.kitsune.model.manifest.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The elements of arrays that are alternatives in a rule. */
final class Elements {
    private Elements() {}

    /** Returns every combination of one element of each array. Without arrays, there is one empty combination. */
    static List<Map<String, Value>> combinations(Map<String, Value.Array> arrays) {
        List<Map<String, Value>> combinations = List.of(Map.of());
        for (Map.Entry<String, Value.Array> array : arrays.entrySet()) {
            List<Map<String, Value>> more = new ArrayList<>();
            for (Map<String, Value> combination : combinations) {
                for (Value element : array.getValue().elements()) {
                    Map<String, Value> one = new HashMap<>(combination);
                    one.put(array.getKey(), element);
                    more.add(one);
                    if (more.size() > Alternatives.MOST) {
                        return more;
                    }
                }
            }
            combinations = more;
        }
        return combinations;
    }
}
