package dev.kitsune.model.index;

import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.AppDeployment.Component;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.PodTemplate;
import dev.kitsune.model.route.RuleTemplate;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An app deployment with its rules parsed, once for all virtual environments.
 *
 * @param routes the routes by component; rules that cannot be parsed are listed in the flaws instead
 */
public record Deployment(
        ObjectKey key,
        AppDeployment spec,
        Map<String, List<CompiledRoute>> routes,
        Map<ComponentVersion, Declaration> declarations,
        List<Flaw> flaws) {

    /** A rule whose text could be parsed. */
    public record CompiledRoute(String text, RuleTemplate rule, int priority, Origin origin) {}

    static Deployment of(ObjectKey key, AppDeployment spec) {
        Map<String, List<CompiledRoute>> routes = new HashMap<>();
        Map<ComponentVersion, Declaration> declarations = new HashMap<>();
        List<Flaw> flaws = new ArrayList<>();
        new TreeMap<>(spec.components()).forEach((name, component) -> {
            String field = "spec.components." + name;
            routes.put(name, routes(key, field, component, flaws));
            declarations.put(
                    new ComponentVersion(spec.app(), name, component.version()),
                    new Declaration(
                            key.namespace(),
                            component.variables(),
                            component.secrets(),
                            component.dependencies(),
                            component.protocol(),
                            new Origin(key, field)));
            flaws.addAll(VariableValues.flawsOfDefaults(field, component.variables()));
        });
        return new Deployment(key, spec, Map.copyOf(routes), Map.copyOf(declarations), List.copyOf(flaws));
    }

    /** Returns the templates of the pods of those versions that have one. */
    public Map<ComponentVersion, PodTemplate> templates() {
        Map<ComponentVersion, PodTemplate> templates = new HashMap<>();
        spec.components().forEach((name, component) -> {
            if (component.template() != null) {
                templates.put(new ComponentVersion(spec.app(), name, component.version()), component.template());
            }
        });
        return templates;
    }

    /** Returns it as Envoys need it. */
    public Deployment withoutTemplates() {
        return new Deployment(key, spec.withoutTemplates(), routes, declarations, flaws);
    }

    private static List<CompiledRoute> routes(ObjectKey key, String field, Component component, List<Flaw> flaws) {
        List<CompiledRoute> routes = new ArrayList<>();
        for (int i = 0; i < component.routes().size(); i++) {
            AppDeployment.Route written = component.routes().get(i);
            String at = field + ".routes[" + i + "]";
            RuleTemplate.ParsedRule parsed = RuleTemplate.parse(written.rule());
            if (parsed instanceof RuleTemplate.ParsedRule.ValidRule right) {
                routes.add(new CompiledRoute(written.rule(), right.rule(), written.priority(), new Origin(key, at)));
            } else if (parsed instanceof RuleTemplate.ParsedRule.InvalidRule wrong) {
                flaws.add(new Flaw(
                        wrong.code(),
                        at + ".rule",
                        "rule at character " + (wrong.offset() + 1) + ": " + wrong.sentence()));
            }
        }
        return List.copyOf(routes);
    }
}
