package dev.kitsune.model.resolve;

import dev.kitsune.model.index.Deployment;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.route.RuleTemplate;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.ResolvedRoute;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment.ResolvedComponent;
import dev.kitsune.model.snapshot.SelectableDeployment;
import dev.kitsune.model.snapshot.SnapshotView;
import dev.kitsune.model.template.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A virtual environment with a selected app deployment. */
record SelectedDeployment(Deployment deployment) implements SelectableDeployment {
    @Override
    public String name() {
        return deployment.key().name();
    }

    @Override
    public String namespace() {
        return deployment.key().namespace();
    }

    @Override
    public Set<ComponentVersion> versions() {
        return deployment.declarations().keySet();
    }

    @Override
    public ResolvedVirtualEnvironment in(ResolvedVirtualEnvironment virtualEnvironment) {
        String app = deployment.spec().app();
        Map<String, ResolvedVirtualEnvironment.ResolvedApp> apps = new HashMap<>(virtualEnvironment.apps());
        apps.put(
                app,
                new ResolvedVirtualEnvironment.ResolvedApp(
                        namespace(), name(), new Origin(deployment.key(), "spec.app")));
        Map<ComponentName, ResolvedComponent> components = new HashMap<>(virtualEnvironment.components());
        components.entrySet().removeIf(e -> e.getKey().app().equals(app) && !isOverride(e.getValue()));
        deployment.spec().components().forEach((name, component) -> {
            ComponentVersion version = new ComponentVersion(app, name, component.version());
            components.putIfAbsent(
                    version.name(),
                    new ResolvedComponent(version, new Origin(deployment.key(), "spec.components." + name)));
        });
        List<ResolvedRoute> ofOthers = virtualEnvironment.routes().stream()
                .filter(r -> !r.target().name().app().equals(app))
                .toList();
        return virtualEnvironment.with(apps, components, ofOthers);
    }

    /** Whether a virtual environment of the chain chose the version, and not an app deployment. */
    private static boolean isOverride(ResolvedComponent component) {
        return component.origin().object().kind() == Kind.VirtualEnvironment;
    }

    @Override
    public Rules rules(ResolvedVirtualEnvironment selected, SnapshotView view) {
        List<ResolvedRoute> rules = new ArrayList<>();
        List<LeftOut> leftOut = new ArrayList<>();
        new TreeMap<>(deployment.routes()).forEach((name, routes) -> {
            ResolvedComponent running = selected.components()
                    .get(new ComponentName(deployment.spec().app(), name));
            if (running != null && !routes.isEmpty()) {
                Declaration declaration = view.declaration(running.version());
                Scope scope = new Scope(selected.overlay(), declaration == null ? Map.of() : declaration.defaults());
                for (Deployment.CompiledRoute route : routes) {
                    RuleTemplate.RuleRendering rendering = route.rule().render(scope);
                    if (rendering instanceof RuleTemplate.RuleRendering.RenderedRules done) {
                        done.rules()
                                .forEach(rule -> rules.add(
                                        new ResolvedRoute(rule, route.priority(), running.version(), route.origin())));
                    } else if (rendering instanceof RuleTemplate.RuleRendering.FailedRule failed) {
                        leftOut.add(new LeftOut(
                                route.text(),
                                running.version(),
                                failed.faults().get(0).sentence(),
                                route.origin()));
                    }
                }
            }
        });
        return new Rules(rules, leftOut);
    }
}
