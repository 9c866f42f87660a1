package dev.kitsune.model.resolve;

import dev.kitsune.model.index.Deployment;
import dev.kitsune.model.index.Fact;
import dev.kitsune.model.index.Index;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.snapshot.AppDeployments;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.RuleInputs;
import dev.kitsune.model.snapshot.SelectableDeployment;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.pcollections.PMap;

/**
 * The app deployments in force of each app. One that is written later, by path and line, counts as newer. This is the
 * same on every replica and after every restart.
 *
 * @param apps the apps whose app deployments may have changed
 */
record SelectableIndex(PMap<String, AppDeployments> byApp, Set<String> apps) {
    static SelectableIndex next(Index before, PMap<String, AppDeployments> old, Set<Fact> facts, Index index) {
        Set<String> apps = new HashSet<>();
        for (Fact fact : facts) {
            if (fact instanceof Fact.ManifestOf named && named.key().kind() == Kind.AppDeployment) {
                for (Index of : List.of(before, index)) {
                    Deployment deployment = of.deployment(named.key());
                    if (deployment != null) {
                        apps.add(deployment.spec().app());
                    }
                }
            }
        }
        PMap<String, AppDeployments> byApp = old;
        for (String app : apps) {
            AppDeployments now = of(app, index);
            byApp = now.newestFirst().isEmpty() ? byApp.minus(app) : byApp.plus(app, now);
        }
        return new SelectableIndex(byApp, Set.copyOf(apps));
    }

    private static AppDeployments of(String app, Index index) {
        List<Deployment> newestFirst = index.apps().deployments().of(app).stream()
                .map(index::deployment)
                .filter(Objects::nonNull)
                .filter(index::inForce)
                .sorted(Comparator.comparing((Deployment d) -> index.position(d.key()))
                        .thenComparing(Deployment::key)
                        .reversed())
                .toList();
        return new AppDeployments(
                newestFirst.stream()
                        .map(d -> (SelectableDeployment) new SelectedDeployment(d.withoutTemplates()))
                        .toList(),
                inputs(app, newestFirst));
    }

    private static RuleInputs inputs(String app, List<Deployment> deployments) {
        Set<String> variables = new HashSet<>();
        Set<ComponentName> components = new HashSet<>();
        for (Deployment deployment : deployments) {
            deployment.routes().forEach((name, routes) -> {
                if (!routes.isEmpty()) {
                    components.add(new ComponentName(app, name));
                }
                routes.forEach(r -> variables.addAll(r.rule().variables()));
            });
        }
        return new RuleInputs(variables, components);
    }
}
