package dev.kitsune.k8s.distill;

import dev.kitsune.k8s.state.StatusJson;
import dev.kitsune.model.snapshot.ComponentVersion;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The names that the Deployment of a component version can have.
 *
 * @param plain {@code <app>-<component>-<version>}, or the same as {@code distinct} where that is no DNS label
 * @param distinct one that no other component version has, for a version whose plain name another one has: {@code a-b}
 *     with {@code c} has the plain name of {@code a} with {@code b-c}
 */
record DistilledName(String plain, String distinct) {
    private static final int LONGEST = 63;
    private static final int DIGITS = 10;
    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    static DistilledName of(ComponentVersion version) {
        String whole = version.name().app() + "-" + version.name().component() + "-" + version.version();
        String label = whole.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-");
        String cut = label.substring(0, Math.min(label.length(), LONGEST - 1 - DIGITS));
        // Versions that differ only in case or in such characters are different versions.
        String distinct = cut + "-"
                + StatusJson.digest(Map.of("version", version.toString())).substring(0, DIGITS);
        return new DistilledName(DNS_LABEL.matcher(whole).matches() ? whole : distinct, distinct);
    }
}
