package dev.kitsune.xds.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kitsune.xds.edit.FieldChange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that say what a virtual environment overrides. */
final class OverrideOptions {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    @Option(
            names = "--component",
            paramLabel = "COMPONENT=VERSION",
            description = "The version of a component. May be repeated.")
    private final Map<String, String> components = new LinkedHashMap<>();

    @Option(
            names = "--var",
            paramLabel = "NAME=VALUE",
            description = "The value of a variable. It gets the type that the variable has already, or the one that it"
                    + " looks like. May be repeated.")
    private final Map<String, String> variables = new LinkedHashMap<>();

    @Option(
            names = "--secret-from",
            paramLabel = "[NAME=]SECRET/KEY",
            description = "The Secret and its key that a secret comes from. Without NAME, the secret is called like the"
                    + " key. May be repeated.")
    private final List<String> secrets = new ArrayList<>();

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            description = "It expires this long after its creation, such as 72h.")
    private @Nullable String age;

    @Option(
            names = "--expires-idle",
            paramLabel = "TIME",
            description = "It expires after this long without a request, such as 8h.")
    private @Nullable String idle;

    /** Returns the changes that the options ask for. */
    List<FieldChange> changes(VariableTypes types, OverriddenComponents overridden) {
        List<FieldChange> changes = new ArrayList<>();
        components.forEach((name, version) -> changes.add(new FieldChange(
                overridden.isDeclared(name)
                        ? List.of("spec", "components", name, "version")
                        : List.of("spec", "components", name),
                JSON.textNode(version))));
        variables.forEach((name, value) ->
                changes.add(new FieldChange(List.of("spec", "data", "variables", name), types.value(name, value))));
        secrets.forEach(secret -> changes.add(secret(secret)));
        if (age != null) {
            changes.add(new FieldChange(List.of("spec", "expiresAfter", "age"), JSON.textNode(age)));
        }
        if (idle != null) {
            changes.add(new FieldChange(List.of("spec", "expiresAfter", "idle"), JSON.textNode(idle)));
        }
        return changes;
    }

    /** Whether an override has declarations of its own, so that its version is a field of it. */
    @FunctionalInterface
    interface OverriddenComponents {
        boolean isDeclared(String component);
    }

    private static FieldChange secret(String written) {
        int equals = written.indexOf('=');
        String from = written.substring(equals + 1);
        int slash = from.indexOf('/');
        if (slash <= 0 || slash == from.length() - 1) {
            throw CommandException.usage(
                    "--secret-from " + written + ": expected SECRET/KEY, such as stripe/token, or NAME=SECRET/KEY");
        }
        String key = from.substring(slash + 1);
        ObjectNode reference = JSON.objectNode();
        reference.putObject("secretRef").put("name", from.substring(0, slash)).put("key", key);
        return new FieldChange(
                List.of("spec", "data", "secrets", equals < 0 ? key : written.substring(0, equals)), reference);
    }
}
