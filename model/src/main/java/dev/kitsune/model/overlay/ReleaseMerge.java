package dev.kitsune.model.overlay;

import dev.kitsune.model.index.Chain;
import dev.kitsune.model.index.Deployment;
import dev.kitsune.model.index.ProblemReport;
import dev.kitsune.model.index.Reads;
import dev.kitsune.model.manifest.Environment.ReleasePolicy.ReleaseType;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Merges releases app by app along the chain. An app whose deployment has an error is left out, and is never replaced
 * by an inherited one.
 */
final class ReleaseMerge {
    private final ObjectKey key;
    private final ReleaseType type;
    private final Reads reads;
    private final ProblemReport report;

    private ReleaseMerge(ObjectKey key, ReleaseType type, Reads reads, ProblemReport report) {
        this.key = key;
        this.type = type;
        this.reads = reads;
        this.report = report;
    }

    /**
     * The result for one virtual environment.
     *
     * @param leftOut why apps are left out that it or its ancestors name, by app
     * @param own the apps that the virtual environment itself names, without those left out
     */
    record Released(
            Map<String, ResolvedVirtualEnvironment.ResolvedApp> apps, Map<String, Problem> leftOut, Set<String> own) {}

    static Released merge(
            @Nullable Chain parent,
            ObjectKey key,
            String environment,
            VirtualEnvironment.@Nullable Release release,
            Reads reads,
            ProblemReport report) {
        Map<String, ResolvedVirtualEnvironment.ResolvedApp> inherited = parent == null ? Map.of() : parent.apps();
        Map<String, Problem> leftOut =
                parent == null ? Map.of() : parent.release().leftOut();
        if (release == null || release.apps().isEmpty()) {
            leftOut.values().forEach(report::add);
            return new Released(inherited, leftOut, Set.of());
        }
        ReleaseMerge merge = new ReleaseMerge(key, reads.policy(environment).type(), reads, report);
        Map<String, ResolvedVirtualEnvironment.ResolvedApp> apps = new HashMap<>(inherited);
        Map<String, Problem> wrong = new HashMap<>(leftOut);
        wrong.keySet().removeAll(release.apps().keySet());
        wrong.values().forEach(report::add);
        Set<String> own = new HashSet<>();
        new TreeMap<>(release.apps()).forEach((app, released) -> {
            Problem problem = merge.problem(app, released);
            if (problem == null) {
                own.add(app);
                apps.put(
                        app,
                        new ResolvedVirtualEnvironment.ResolvedApp(
                                key.namespace(),
                                released.appDeployment(),
                                new Origin(key, "spec.release.apps." + app)));
            } else {
                apps.remove(app);
                wrong.put(app, problem);
                report.add(problem);
            }
        });
        return new Released(Map.copyOf(apps), Map.copyOf(wrong), Set.copyOf(own));
    }

    private @Nullable Problem problem(String app, VirtualEnvironment.ReleasedApp released) {
        String name = released.appDeployment();
        String field = "spec.release.apps." + app;
        ObjectKey deploymentKey = new ObjectKey(Kind.AppDeployment, key.namespace(), name);
        Deployment deployment = reads.deployment(deploymentKey);
        if (deployment == null) {
            return wrong(
                    ProblemCode.MissingAppDeployment,
                    field + ".appDeployment",
                    "there is no app deployment " + name + " in namespace " + key.namespace()
                            + DidYouMean.hint(name, reads.names(Kind.AppDeployment, key.namespace())));
        }
        if (!deployment.spec().app().equals(app)) {
            return wrong(
                    ProblemCode.MissingAppDeployment,
                    field + ".appDeployment",
                    "app deployment " + name + " belongs to app "
                            + deployment.spec().app() + ", not " + app);
        }
        if (reads.deploymentInForce(deploymentKey) == null) {
            return wrong(
                    ProblemCode.MissingAppDeployment,
                    field + ".appDeployment",
                    "app deployment " + name + " is left out because of its own problems: solve them first");
        }
        String version = deployment.spec().version();
        if (released.version() != null && !released.version().equals(version)) {
            return wrong(
                    ProblemCode.VersionMismatch,
                    field + ".version",
                    "app deployment " + name + " has "
                            + (version == null ? "no version" : "version \"" + version + "\"") + ", not \""
                            + released.version() + "\"");
        }
        if (type == ReleaseType.Stable && version == null) {
            return wrong(
                    ProblemCode.VersionRequired,
                    field + ".appDeployment",
                    "app deployment " + name + " has no version, and a Stable release needs one: give it a `version`");
        }
        if (type == ReleaseType.Stable && released.version() == null) {
            return wrong(
                    ProblemCode.VersionRequired,
                    field,
                    "a Stable release must name the version that it serves: write version: \"" + version + "\"");
        }
        return null;
    }

    private Problem wrong(ProblemCode code, String field, String message) {
        return report.problem(code, new Origin(key, field), message);
    }
}
