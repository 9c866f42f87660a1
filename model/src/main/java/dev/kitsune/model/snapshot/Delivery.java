package dev.kitsune.model.snapshot;

import dev.kitsune.model.manifest.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The values that one component version receives with every request of one virtual environment. They depend only on
 * these two.
 *
 * @param variables by header name, sorted
 * @param secrets by header name, sorted
 * @param missing required values that are missing or do not have the declared type: one sentence each, without values
 */
public record Delivery(List<DeliveredVariable> variables, List<DeliveredSecret> secrets, List<Missing> missing) {
    public static final String VARIABLE_PREFIX = "kitsune-var-";
    public static final String SECRET_PREFIX = "kitsune-secret-";

    /** Limits all values of variables of one component version together, because Envoy refuses longer headers. */
    private static final int MAX_BYTES = 8 * 1024;

    /** The longest value of one header in a route, in bytes. */
    public static final int LONGEST_HEADER = 16_384;

    public Delivery {
        variables = List.copyOf(variables);
        secrets = List.copyOf(secrets);
        missing = List.copyOf(missing);
    }

    /** A variable as a header. */
    public record DeliveredVariable(String header, String text, Origin origin) {}

    /** A secret as a header, by its location. */
    public record DeliveredSecret(String header, SecretLocation location, Origin origin) {}

    /** A required value that cannot be delivered. */
    public record Missing(Delivery.Missing.MissingReason reason, String name, String sentence) {
        /** The kind of the problem. */
        public enum MissingReason {
            VARIABLE,
            VARIABLE_TYPE,
            SECRET,
            /** Text that no header can carry; {@code name} is empty if all variables together are too large. */
            NOT_DELIVERABLE
        }
    }

    public static String variableHeader(String name) {
        return VARIABLE_PREFIX + name.toLowerCase(Locale.ROOT);
    }

    public static String secretHeader(String name) {
        return SECRET_PREFIX + name.toLowerCase(Locale.ROOT);
    }

    public static Delivery of(Declaration declaration, ResolvedVirtualEnvironment virtualEnvironment) {
        return of(declaration, virtualEnvironment.overlay());
    }

    public static Delivery of(Declaration declaration, Overlay overlay) {
        var variables = new java.util.ArrayList<DeliveredVariable>();
        var secrets = new java.util.ArrayList<DeliveredSecret>();
        var missing = new java.util.ArrayList<Missing>();
        Map<String, Overlay.OverlayVariable> values = overlay.variables();
        new TreeMap<>(declaration.variables()).forEach((name, declared) -> {
            Overlay.OverlayVariable found = values.get(name);
            Value value = found != null ? found.value() : declared.defaultValue();
            if (value == null) {
                if (declared.required()) {
                    missing.add(new Missing(
                            Delivery.Missing.MissingReason.VARIABLE,
                            name,
                            "variable " + name + " is required and has no value"));
                }
            } else if (value.type() != declared.type()) {
                missing.add(new Missing(
                        Delivery.Missing.MissingReason.VARIABLE_TYPE,
                        name,
                        "variable " + name + " is declared " + declared.type() + " and its value is a "
                                + value.type()));
            } else if (!fitsHeader(value.text())) {
                missing.add(new Missing(
                        Delivery.Missing.MissingReason.NOT_DELIVERABLE,
                        name,
                        "variable " + name
                                + " holds CR, LF, NUL or another control character, which no header can carry"));
            } else {
                Origin origin = found != null ? found.origin() : declarationOf(declaration, "variables." + name);
                variables.add(new DeliveredVariable(variableHeader(name), value.text(), origin));
            }
        });
        new TreeMap<>(declaration.secrets()).forEach((name, declared) -> {
            Overlay.@Nullable SecretSource found = overlay.secrets().get(name);
            if (found != null && found.present()) {
                secrets.add(new DeliveredSecret(secretHeader(name), found.location(), found.origin()));
            } else if (declared.required()) {
                missing.add(new Missing(
                        Delivery.Missing.MissingReason.SECRET,
                        name,
                        found == null
                                ? "secret " + name + " is required and not set"
                                : "secret " + name + " is required and " + found.location()
                                        + " is missing, empty or not a single line"));
            }
        });
        int size = variables.stream()
                .mapToInt(v -> v.text().getBytes(StandardCharsets.UTF_8).length)
                .sum();
        if (size > MAX_BYTES) {
            missing.add(new Missing(
                    Delivery.Missing.MissingReason.NOT_DELIVERABLE,
                    "",
                    "the variables take " + size + " bytes together, and at most " + MAX_BYTES + " can be delivered"));
        }
        return new Delivery(variables, secrets, missing);
    }

    /** Whether a header can carry a text. */
    public static boolean fitsHeader(String text) {
        return text.chars().noneMatch(Delivery::isControl);
    }

    /** HTTP allows only the tab in a value. Servers answer 400 to any other control character. */
    public static boolean isControl(int c) {
        return (c < ' ' && c != '\t') || c == 0x7F;
    }

    /** Whether an Envoy route can add a text as one header. The route doubles each percent sign. */
    public static boolean isShortEnough(String text) {
        long percentSigns = text.chars().filter(c -> c == '%').count();
        return text.getBytes(StandardCharsets.UTF_8).length + percentSigns <= LONGEST_HEADER;
    }

    private static Origin declarationOf(Declaration declaration, String field) {
        return new Origin(declaration.origin().object(), declaration.origin().field() + "." + field);
    }
}
