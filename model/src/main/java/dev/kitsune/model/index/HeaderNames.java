package dev.kitsune.model.index;

import dev.kitsune.model.problem.ProblemCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Checks which headers an adapter may set. */
final class HeaderNames {
    private static final Pattern TOKEN = Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]++");
    /** These headers belong to one connection or to the framing of a message, not to a call. */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "content-length",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** Envoy accepts at most 1,000 in one route, including its own and Kitsune's. Servers accept fewer. */
    private static final int MOST = 500;

    private HeaderNames() {}

    static boolean isHost(String name) {
        return name.equalsIgnoreCase("host") || name.equalsIgnoreCase(":authority");
    }

    static List<Flaw> flaws(String field, Collection<String> names) {
        List<Flaw> flaws = new ArrayList<>();
        if (names.size() > MOST) {
            flaws.add(new Flaw(
                    ProblemCode.InvalidValue,
                    field,
                    "there are " + names.size() + " headers, and an adapter may set at most " + MOST
                            + ": remove some"));
        }
        Map<String, String> lower = new HashMap<>();
        for (String name : new TreeSet<>(names)) {
            String at = field + "." + name;
            String wire = name.toLowerCase(Locale.ROOT);
            String twin = lower.put(wire, name);
            if (twin != null) {
                flaws.add(new Flaw(
                        ProblemCode.CaseConflict,
                        at,
                        "headers \"" + twin + "\" and \"" + name + "\" are the same header on the wire: remove one"));
            }
            if (isHost(name)) {
                flaws.add(new Flaw(
                        ProblemCode.InvalidValue, at, "header \"" + name + "\" is the host of `url`: set it there"));
            } else if (wire.startsWith("kitsune-")) {
                flaws.add(new Flaw(
                        ProblemCode.InvalidValue,
                        at,
                        "header \"" + name + "\" belongs to Kitsune, as do all that begin with \"kitsune-\": give it"
                                + " another name"));
            } else if (HOP_BY_HOP.contains(wire) || wire.startsWith("proxy-")) {
                flaws.add(new Flaw(
                        ProblemCode.InvalidValue,
                        at,
                        "header \"" + name + "\" belongs to one connection and cannot be set: remove it"));
            } else if (!TOKEN.matcher(name).matches()) {
                flaws.add(new Flaw(ProblemCode.InvalidValue, at, "\"" + name + "\" is not a valid header name"));
            }
        }
        return flaws;
    }
}
