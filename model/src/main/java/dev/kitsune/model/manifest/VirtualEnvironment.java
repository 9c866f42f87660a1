package dev.kitsune.model.manifest;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The overlay that requests select.
 *
 * @param base what it is put on
 * @param components component name, or {@code app/component}, to what is unique here
 */
public record VirtualEnvironment(
        OverlayBase base,
        Data data,
        Unset unset,
        Map<String, ComponentOverride> components,
        @Nullable Release release,
        @Nullable ExpiresAfter expiresAfter,
        List<Mirror> mirror)
        implements Spec {
    public VirtualEnvironment {
        components = Map.copyOf(components);
        mirror = List.copyOf(mirror);
    }

    /** The same with another release; null for none. */
    public VirtualEnvironment withRelease(@Nullable Release other) {
        return new VirtualEnvironment(base, data, unset, components, other, expiresAfter, mirror);
    }

    /**
     * Whether its end depends on its use, which then has to be known; also of a pinned one, which may be released from
     * that.
     */
    public boolean isCounted() {
        return expiresAfter != null && expiresAfter.idle() != null;
    }

    /**
     * What an overlay is put on.
     *
     * @param environment its kind; null where its parent says it
     * @param parent the virtual environment of which it is a child; null for none
     */
    public record OverlayBase(
            @Nullable String environment, @Nullable String parent) {}

    /** Inherited names that are taken away. */
    public record Unset(Set<String> variables, Set<String> secrets, Set<String> components) {
        public static final Unset NONE = new Unset(Set.of(), Set.of(), Set.of());

        public Unset {
            variables = Set.copyOf(variables);
            secrets = Set.copyOf(secrets);
            components = Set.copyOf(components);
        }
    }

    /** Another version of one component; what is null is the same component's of the app deployment. */
    public record ComponentOverride(
            String version,
            @Nullable Map<String, VariableDeclaration> variables,
            @Nullable Map<String, SecretDeclaration> secrets,
            @Nullable Map<String, Dependency> dependencies,
            @Nullable AppProtocol protocol) {
        public ComponentOverride {
            variables = variables == null ? null : Map.copyOf(variables);
            secrets = secrets == null ? null : Map.copyOf(secrets);
            dependencies = dependencies == null ? null : Map.copyOf(dependencies);
        }
    }

    /** What is released: app to app deployment. {@code request} has no meaning but its change. */
    public record Release(
            Map<String, ReleasedApp> apps, @Nullable String request) {
        public Release {
            apps = Map.copyOf(apps);
        }
    }

    /** One app of a release; {@code version}, where given, must be the app deployment's. */
    public record ReleasedApp(
            String appDeployment, @Nullable String version) {}

    /** When the virtual environment ends by itself. */
    public record ExpiresAfter(
            @Nullable Duration idle, @Nullable Duration age, boolean pinned) {}

    /** Copies of its calls to one component, and the virtual environment that receives them. */
    public record Mirror(String component, String to, int percent) {}
}
