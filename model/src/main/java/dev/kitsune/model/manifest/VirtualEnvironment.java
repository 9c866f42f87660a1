package dev.kitsune.model.manifest;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The overlay that requests select.
 *
 * @param base the environment or virtual environment that it overrides
 * @param components the overridden components by name, or by {@code app/component}
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

    /** Returns the same with another release; null for none. */
    public VirtualEnvironment withRelease(@Nullable Release other) {
        return new VirtualEnvironment(base, data, unset, components, other, expiresAfter, mirror);
    }

    /**
     * Whether proxies must report its uses, because its expiry depends on them. This includes a pinned one, whose pin
     * may be removed.
     */
    public boolean isCounted() {
        return expiresAfter != null && expiresAfter.idle() != null;
    }

    /**
     * The base of an overlay.
     *
     * @param environment the name of its environment; null if it is inherited from the parent
     * @param parent the virtual environment of which it is a child; null for none
     */
    public record OverlayBase(
            @Nullable String environment, @Nullable VirtualEnvironmentName parent) {}

    /** Inherited names that are removed. */
    public record Unset(Set<String> variables, Set<String> secrets, Set<String> components) {
        public static final Unset NONE = new Unset(Set.of(), Set.of(), Set.of());

        public Unset {
            variables = Set.copyOf(variables);
            secrets = Set.copyOf(secrets);
            components = Set.copyOf(components);
        }
    }

    /**
     * Another version of one component. Fields that are null are inherited from the same component of the app
     * deployment.
     */
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

    /**
     * The app deployment of each app. A change of {@code request} requests the release again, and its value has no
     * other meaning.
     */
    public record Release(
            Map<String, ReleasedApp> apps, @Nullable String request) {
        public Release {
            apps = Map.copyOf(apps);
        }
    }

    /** One app of a release; {@code version}, where given, must be the app deployment's. */
    public record ReleasedApp(
            String appDeployment, @Nullable String version) {}

    /** The limits after which the virtual environment expires. */
    public record ExpiresAfter(
            @Nullable Duration idle, @Nullable Duration age, boolean pinned) {}

    /** Copies of its calls to one component, and the virtual environment that receives them. */
    public record Mirror(String component, VirtualEnvironmentName to, int percent) {}
}
