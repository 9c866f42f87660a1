package dev.kitsune.model.read;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Spec;
import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.problem.Fault;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;

/** Reads one document: its identity, and then its spec by its kind. */
final class ObjectReader {
    private static final List<String> KINDS =
            Arrays.stream(Kind.values()).map(Enum::name).toList();

    /** Either a manifest, or at least one error. */
    record ReadObject(@Nullable Manifest<?> manifest, List<Problem> problems) {}

    private record ParsedObject(
            @Nullable ObjectKey key, @Nullable Spec spec) {}

    private ObjectReader() {}

    static ReadObject read(String file, Node root) {
        Findings findings = new Findings(file);
        Cursor document = new Cursor(findings, "", root);
        if (!document.isMapping()) {
            document.problem(
                    ProblemCode.UnknownKind, "expected an object with apiVersion and kind; found no mapping at all");
            return new ReadObject(null, findings.problems(null));
        }
        ParsedObject parsed = document.fields(ObjectReader::object);
        ObjectKey key = parsed.key();
        List<Problem> problems = findings.problems(key);
        if (findings.failed() || key == null || parsed.spec() == null) {
            return new ReadObject(null, problems);
        }
        return new ReadObject(
                new Manifest<>(key, parsed.spec(), findings.position(root), findings.positions()), problems);
    }

    /** Returns the result for an object whose name could not be read because of a bug in Kitsune. */
    static ReadObject failed(String file, Node root, Fault fault) {
        Findings findings = new Findings(file);
        findings.problem(ProblemCode.KitsuneFault, root, "", failed(fault));
        return new ReadObject(null, findings.problems(null));
    }

    private static String failed(Fault fault) {
        return "this object cannot be read, its last good version is still served; " + fault.sentence();
    }

    private static ParsedObject object(Fields f) {
        Kind kind = kind(f);
        if (kind == null) {
            f.ignoreAll();
            return new ParsedObject(null, null);
        }
        f.ignore("status");
        ObjectKey key = f.required("metadata").fields(metadata -> key(metadata, kind));
        Spec spec = Fault.<@Nullable Spec>guard(() -> spec(f, kind), fault -> {
            f.mapping().problem(ProblemCode.KitsuneFault, failed(fault));
            return null;
        });
        return new ParsedObject(key, spec);
    }

    /** Null, with the problem reported, for an object that is not one of Kitsune's. */
    private static @Nullable Kind kind(Fields f) {
        String apiVersion = headline(f, "apiVersion", Kind.API_VERSION);
        String kind = headline(f, "kind", "one of " + String.join(", ", KINDS));
        if (apiVersion.isEmpty() || kind.isEmpty()) {
            return null;
        }
        if (!apiVersion.equals(Kind.API_VERSION)) {
            f.at("apiVersion")
                    .problem(
                            ProblemCode.UnknownKind,
                            "apiVersion " + Quote.quoted(apiVersion) + " is not one of Kitsune's"
                                    + DidYouMean.hint(apiVersion, List.of(Kind.API_VERSION)));
            return null;
        }
        if (!KINDS.contains(kind)) {
            f.at("kind")
                    .problem(
                            ProblemCode.UnknownKind,
                            "there is no kind " + Quote.quoted(kind) + DidYouMean.hint(kind, KINDS));
            return null;
        }
        return Kind.valueOf(kind);
    }

    private static String headline(Fields f, String name, String expected) {
        if (!f.has(name)) {
            f.mapping().problem(ProblemCode.UnknownKind, "the object needs " + name + ": " + expected);
            return "";
        }
        return f.at(name).text();
    }

    /** Null, with the problem reported, if the object has no valid name. */
    private static @Nullable ObjectKey key(Fields f, Kind kind) {
        f.ignore("labels", "annotations", "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields");
        f.ignore("finalizers", "ownerReferences", "deletionTimestamp", "deletionGracePeriodSeconds", "generateName");
        f.ignore("selfLink");
        Grammar grammar =
                switch (kind) {
                    // They are used where a dot would end them: in preview host names, and before an app's name.
                    case VirtualEnvironment, Adapter, Service -> Grammar.DNS_LABEL;
                    case Platform, Environment, AppDeployment, Workload -> Grammar.DNS_SUBDOMAIN;
                };
        String name = f.required("name").text(grammar);
        String namespace = f.optional("namespace", c -> c.text(Grammar.DNS_LABEL), "default");
        if (!kind.namespaced()) {
            f.at("namespace")
                    .problem(
                            ProblemCode.InvalidValue,
                            "the kind " + kind + " has no namespace; remove metadata.namespace");
            namespace = "";
        }
        return name.isEmpty() || (kind.namespaced() && namespace.isEmpty())
                ? null
                : new ObjectKey(kind, namespace, name);
    }

    private static Spec spec(Fields f, Kind kind) {
        return switch (kind) {
            case Platform -> f.at("spec").fields(PlatformReader::read);
            case Environment -> f.at("spec").fields(EnvironmentReader::read);
            case VirtualEnvironment -> f.required("spec").fields(VirtualEnvironmentReader::read);
            case AppDeployment -> f.required("spec").fields(AppDeploymentReader::read);
            case Adapter -> f.required("spec").fields(AdapterReader::read);
            case Workload -> f.required("spec").fields(WorkloadReader::read);
            case Service -> f.required("spec").fields(WorkloadReader::service);
        };
    }
}
