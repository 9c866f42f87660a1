package dev.kitsune.model.manifest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The component versions that make one release candidate of an app. */
public record AppDeployment(String app, @Nullable String version, Map<String, Component> components) implements Spec {
    public AppDeployment {
        components = Map.copyOf(components);
    }

    /** Returns it without what only Kubernetes needs. */
    public AppDeployment withoutTemplates() {
        if (components.values().stream().allMatch(component -> component.template() == null)) {
            return this;
        }
        Map<String, Component> without = new HashMap<>(components);
        without.replaceAll((name, component) -> component.withoutTemplate());
        return new AppDeployment(app, version, without);
    }

    /**
     * One build of a component, and what that build declares.
     *
     * @param protocol null if the build does not declare it
     * @param template null if somebody else runs its pods
     */
    public record Component(
            String version,
            List<Route> routes,
            Map<String, VariableDeclaration> variables,
            Map<String, SecretDeclaration> secrets,
            Map<String, Dependency> dependencies,
            @Nullable AppProtocol protocol,
            @Nullable PodTemplate template) {
        public Component {
            routes = List.copyOf(routes);
            variables = Map.copyOf(variables);
            secrets = Map.copyOf(secrets);
            dependencies = Map.copyOf(dependencies);
        }

        private Component withoutTemplate() {
            return new Component(version, routes, variables, secrets, dependencies, protocol, null);
        }
    }

    /** A rule by which genesis requests reach the component; a template over variables. */
    public record Route(String rule, int priority) {}
}
