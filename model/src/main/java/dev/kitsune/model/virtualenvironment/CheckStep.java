package dev.kitsune.model.virtualenvironment;

import dev.kitsune.model.index.AdapterTemplates;
import dev.kitsune.model.index.Chain;
import dev.kitsune.model.index.ChainState;
import dev.kitsune.model.index.Deployment;
import dev.kitsune.model.index.ProblemReport;
import dev.kitsune.model.index.Reads;
import dev.kitsune.model.index.VariableValues;
import dev.kitsune.model.manifest.Adapter;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Dependency;
import dev.kitsune.model.manifest.Dependency.DependencyType;
import dev.kitsune.model.manifest.Environment;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.problem.Fault;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.ResolvedSelection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Checks one object independently of virtual environments. Each problem is reported once, at the object. */
public final class CheckStep {
    private final ObjectKey key;
    private final Reads reads;
    private final ProblemReport report;

    private CheckStep(ObjectKey key, Reads reads) {
        this.key = key;
        this.reads = reads;
        this.report = new ProblemReport(reads, null);
    }

    public static List<Problem> problems(ObjectKey key, Reads reads) {
        CheckStep step = new CheckStep(key, reads);
        Manifest<?> manifest = reads.object(key);
        Fault fault = reads.fault(key);
        if (fault != null) {
            return List.of(failed(
                    key, "this object cannot be compiled, its last good version is still served;" + " ", reads, fault));
        }
        if (manifest != null) {
            if (manifest.spec() instanceof Environment environment) {
                step.environment(environment);
            } else if (manifest.spec() instanceof VirtualEnvironment spec) {
                step.virtualEnvironment(spec);
            } else if (manifest.spec() instanceof AppDeployment spec) {
                step.deployment(spec);
            } else if (manifest.spec() instanceof Adapter) {
                step.adapter();
            } else if (manifest.spec() instanceof Platform platform) {
                step.platform(platform);
            }
        }
        return step.report.problems();
    }

    /** Returns the problem for a bug in checking. */
    public static Problem failed(ObjectKey key, Reads reads, Fault fault) {
        return failed(key, "this object cannot be checked; ", reads, fault);
    }

    private static Problem failed(ObjectKey key, String what, Reads reads, Fault fault) {
        return new Problem(ProblemCode.KitsuneFault, reads.position(key), key, what + fault.sentence());
    }

    private void environment(Environment spec) {
        VariableValues.flawsOf(spec.data()).forEach(f -> report.add(key, f));
        if (SelectionStep.resolve(spec.selection(), reads) instanceof ResolvedSelection.UnusableSelection unusable) {
            add(ProblemCode.UnusableTokenKeys, "spec.selection.jwks", unusable.reason());
        }
    }

    private void platform(Platform spec) {
        ObjectKey inForce = reads.platformKey();
        if (inForce != null && !inForce.equals(key)) {
            report.add(
                    ProblemCode.DuplicateName,
                    new Origin(key, ""),
                    "a mesh has one Platform; the first, " + inForce + ", is in " + reads.position(inForce)
                            + " and is served: rename this one, or remove it");
        } else if (spec.gateway().tls() != null) {
            GatewayCertificates.problems(spec.gateway().tls(), reads)
                    .forEach(problem -> add(problem.code(), problem.field(), problem.message()));
        }
    }

    private void virtualEnvironment(VirtualEnvironment spec) {
        Manifest<?> inForce = reads.virtualEnvironment(key.virtualEnvironmentName());
        if (inForce == null || !inForce.key().equals(key)) {
            nameOfAnother(inForce);
            return;
        }
        VariableValues.flawsOf(spec.data()).forEach(f -> report.add(key, f));
        ChainState state = reads.chain(key.virtualEnvironmentName());
        Chain chain = state == null || state.kept() ? null : state.chain();
        new TreeMap<>(spec.components()).forEach((name, override) -> {
            String field = "spec.components." + name;
            if (override.variables() != null) {
                VariableValues.flawsOfDefaults(field, override.variables()).forEach(f -> report.add(key, f));
            }
            if (override.dependencies() != null && chain != null) {
                Origin origin = new Origin(key, field);
                chain.components().declares().forEach((version, declaration) -> {
                    if (declaration.origin().equals(origin)) {
                        dependencies(version.name().app(), declaration.namespace(), field, declaration.dependencies());
                    }
                });
            }
        });
    }

    /** The name of this virtual environment does not lead to it. */
    private void nameOfAnother(@Nullable Manifest<?> inForce) {
        String only = reads.platform().reservedNames().holder(key.virtualEnvironmentName());
        if (only != null && !only.equals(key.namespace())) {
            add(
                    ProblemCode.NameNotAllowed,
                    "metadata.name",
                    "only namespace " + only + " may have a virtual environment " + key.name()
                            + ", see `reservedNames` of the Platform: choose another name");
        } else if (inForce != null) {
            report.add(
                    ProblemCode.DuplicateName,
                    new Origin(key, ""),
                    "virtual environment " + key.name() + " already exists: the first one, " + inForce.key() + " in "
                            + inForce.position() + ", is served, and a request gives only the name: rename one");
        }
    }

    private void deployment(AppDeployment spec) {
        if (reads.deploymentInForce(key) == null) {
            add(
                    ProblemCode.AppConflict,
                    "spec.app",
                    "app " + spec.app() + " already belongs to namespace " + reads.home(spec.app())
                            + ", and an app belongs to one namespace: move this there, or name another app");
            return;
        }
        Deployment deployment = reads.deployment(key);
        if (deployment != null) {
            deployment.flaws().forEach(f -> report.add(key, f));
        }
        new TreeMap<>(spec.components()).forEach((name, component) -> {
            String field = "spec.components." + name;
            dependencies(spec.app(), key.namespace(), field, component.dependencies());
            ObjectKey namesake = new ObjectKey(Kind.Adapter, key.namespace(), name);
            if (reads.object(namesake) != null
                    && reads.position(namesake).compareTo(reads.position(new Origin(key, field))) < 0) {
                add(
                        ProblemCode.NameConflict,
                        field,
                        "there is an adapter " + name + " in namespace " + key.namespace()
                                + ", and callers use the same name for both: rename one");
            }
        });
    }

    private void adapter() {
        AdapterTemplates adapter = reads.adapter(key);
        if (adapter != null) {
            adapter.flaws().forEach(f -> report.add(key, f));
        }
        AdapterName name = new AdapterName(key.namespace(), key.name());
        Position own = reads.position(key);
        for (ObjectKey deployment : reads.namesakes(name)) {
            if (reads.position(new Origin(deployment, "spec.components." + key.name()))
                            .compareTo(own)
                    <= 0) {
                add(
                        ProblemCode.NameConflict,
                        "metadata.name",
                        "there is a component " + key.name() + " in namespace " + key.namespace()
                                + ", and callers use the same name for both: rename one");
                return;
            }
        }
    }

    private void dependencies(String app, String namespace, String field, Map<String, Dependency> dependencies) {
        new TreeMap<>(dependencies).forEach((name, dependency) -> {
            String hint = dependency.type() == DependencyType.Adapter
                    ? unknownAdapter(namespace, name)
                    : unknownComponent(app, name);
            if (hint != null) {
                add(ProblemCode.UnknownDependency, field + ".dependencies." + name, hint);
            }
        });
        localPorts(namespace, field, dependencies);
    }

    private void localPorts(String namespace, String field, Map<String, Dependency> dependencies) {
        Map<Integer, String> taken = new HashMap<>();
        new TreeMap<>(dependencies).forEach((name, dependency) -> {
            Manifest<?> found = reads.object(new ObjectKey(Kind.Adapter, namespace, name));
            if (dependency.type() != DependencyType.Adapter
                    || found == null
                    || !(found.spec() instanceof Adapter adapter)) {
                return;
            }
            String at = field + ".dependencies." + name;
            if (adapter.target() instanceof Adapter.Tcp tcp) {
                Integer port = dependency.localPort(tcp.listen());
                String other = port == null ? null : taken.putIfAbsent(port, name);
                if (other != null) {
                    add(
                            ProblemCode.PortConflict,
                            at,
                            "adapter " + other + " already has local port " + port + ": give this dependency a"
                                    + " `listen` of its own");
                }
            } else if (dependency.listen() != null) {
                add(
                        ProblemCode.InvalidValue,
                        at + ".listen",
                        "adapter " + name + " cannot have a local port: only TCP adapters take `listen`");
            }
        });
    }

    private @Nullable String unknownAdapter(String namespace, String name) {
        return reads.object(new ObjectKey(Kind.Adapter, namespace, name)) != null
                ? null
                : "there is no adapter " + name + " in namespace " + namespace
                        + DidYouMean.hint(name, reads.names(Kind.Adapter, namespace));
    }

    private @Nullable String unknownComponent(String app, String written) {
        int slash = written.indexOf('/');
        String of = slash < 0 ? app : written.substring(0, slash);
        String component = written.substring(slash + 1);
        return reads.componentExists(new ComponentName(of, component))
                ? null
                : "no app deployment of app " + of + " has a component " + component
                        + DidYouMean.hint(component, reads.componentsOf(of));
    }

    private void add(ProblemCode code, String field, String message) {
        report.add(code, new Origin(key, field), message);
    }
}
