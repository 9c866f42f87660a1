package dev.kitsune.model.manifest;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The component versions that make one release candidate of an app. */
public record AppDeployment(String app, @Nullable String version, Map<String, Component> components) implements Spec {
    public AppDeployment {
        components = Map.copyOf(components);
    }

    /**
     * One build of a component, and what that build declares.
     *
     * @param protocol null if the build does not declare it
     */
    public record Component(
            String version,
            List<Route> routes,
            Map<String, VariableDeclaration> variables,
            Map<String, SecretDeclaration> secrets,
            Map<String, Dependency> dependencies,
            @Nullable AppProtocol protocol) {
        public Component {
            routes = List.copyOf(routes);
            variables = Map.copyOf(variables);
            secrets = Map.copyOf(secrets);
            dependencies = Map.copyOf(dependencies);
        }
    }

    /** A rule by which genesis requests reach the component; a template over variables. */
    public record Route(String rule, int priority) {}
}
