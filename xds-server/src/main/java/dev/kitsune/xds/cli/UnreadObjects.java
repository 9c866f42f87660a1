package dev.kitsune.xds.cli;

import dev.kitsune.k8s.read.RefusedSecrets;
import dev.kitsune.k8s.watch.ClusterContent;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.Severity;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What follows from objects of a cluster that the user may not read. What is only unknown must not be called missing. It
 * is an error where an object cannot be checked without it, and a warning otherwise.
 *
 * @param namespace the only one of interest; null for all
 */
record UnreadObjects(ClusterContent content, @Nullable String namespace) {
    /** Returns why there is no answer at all without the objects of a kind; empty if there is one. */
    Optional<String> refusal(Kind kind) {
        return refusal(ClusterContent.list(kind));
    }

    private Optional<String> refusal(String list) {
        return content.refusal(list).map(problem -> problem.place() + ": " + problem.message());
    }

    /** The same, for a question that needs everything but Secrets. Each reason is a line of its own. */
    Optional<String> refusal() {
        return Stream.concat(withoutServices().map(ClusterContent::list), Stream.of(ClusterContent.NAMESPACES))
                .map(this::refusal)
                .flatMap(Optional::stream)
                .reduce((one, other) -> one + "\n" + other);
    }

    /** Only listeners of captured calls need Services, and no object has a problem because of them. */
    private static Stream<Kind> withoutServices() {
        return Stream.of(Kind.values()).filter(kind -> kind != Kind.Service);
    }

    /** Returns what a user should know beside an answer. */
    List<String> notes() {
        List<String> notes = new ArrayList<>(part());
        for (String refused : new TreeSet<>(RefusedSecrets.in(content.change().problems()))) {
            refusal(RefusedSecrets.place(refused)).ifPresent(notes::add);
        }
        return notes;
    }

    /** Returns a sentence for what was read in one namespace alone; empty if everything was read. */
    List<String> part() {
        List<String> kinds = withoutServices()
                .filter(kind -> content.partly().contains(ClusterContent.list(kind)))
                .map(kind -> kind == Kind.Workload ? "Pod" : kind.name())
                .toList();
        return kinds.isEmpty()
                ? List.of()
                : List.of("you may read these kinds only in namespace " + namespace + ", and what other namespaces have"
                        + " of them is unknown: " + String.join(", ", kinds));
    }

    /** Returns problems as the user can know them. */
    List<Problem> told(List<Problem> problems, Snapshot resolved) {
        return problems.stream()
                .map(problem -> told(problem, resolved))
                .filter(Objects::nonNull)
                .toList();
    }

    private @Nullable Problem told(Problem problem, Snapshot resolved) {
        VirtualEnvironment spec = spec(problem.object());
        return switch (problem.code()) {
            case UnreadableFile -> isList(problem) ? with(problem, Severity.WARNING, problem.message()) : problem;
            case MissingEnvironment ->
                content.lacks(Kind.Environment) && spec != null && spec.base().environment() != null
                        ? unchecked(problem, "Environment " + spec.base().environment())
                        : problem;
            case MissingParent ->
                spec == null
                        ? problem
                        : unchecked(problem, Stream.ofNullable(spec.base().parent()), resolved);
            case UnusableMirror ->
                spec == null
                        ? problem
                        : unchecked(problem, spec.mirror().stream().map(VirtualEnvironment.Mirror::to), resolved);
            case NoWorkload -> isKnown(problem) ? problem : null;
            // The list of these Secrets is a problem of its own.
            case UnusableTokenKeys ->
                RefusedSecrets.in(content.change().problems()).isEmpty() ? problem : null;
            default -> problem;
        };
    }

    /** Whether this is a list without which all objects can be checked nevertheless. */
    private static boolean isList(Problem problem) {
        String place = problem.position().file();
        return problem.object() == null
                && (place.equals(ClusterContent.PODS)
                        || place.equals(ClusterContent.SERVICES)
                        || place.equals(ClusterContent.NAMESPACES)
                        || RefusedSecrets.in(List.of(problem)).size() == 1);
    }

    /** The pods of an app are in the namespace of its app deployments. */
    private boolean isKnown(Problem problem) {
        if (content.refusal(ClusterContent.PODS).isPresent()) {
            return false;
        }
        return !content.lacks(Kind.Workload)
                || (problem.object() != null
                        && problem.object().kind() == Kind.AppDeployment
                        && problem.object().namespace().equals(namespace));
    }

    private @Nullable VirtualEnvironment spec(@Nullable ObjectKey key) {
        Manifest<?> manifest =
                key == null ? null : content.change().catalog().manifests().get(key);
        return manifest != null && manifest.spec() instanceof VirtualEnvironment spec ? spec : null;
    }

    /** {@code named}: the virtual environments one of which the problem calls missing */
    private Problem unchecked(Problem problem, Stream<VirtualEnvironmentName> named, Snapshot resolved) {
        return named.filter(name -> content.lacks(Kind.VirtualEnvironment)
                        && resolved.virtualEnvironment(name) == null
                        && !isThere(name)
                        && problem.message().contains("virtual environment " + name))
                .findFirst()
                .map(name -> unchecked(problem, "virtual environment " + name))
                .orElse(problem);
    }

    private boolean isThere(VirtualEnvironmentName name) {
        return content.change().catalog().manifests().keySet().stream()
                .anyMatch(key -> key.kind() == Kind.VirtualEnvironment
                        && key.virtualEnvironmentName().equals(name));
    }

    private static Problem unchecked(Problem problem, String what) {
        return with(
                problem,
                problem.severity(),
                "this cannot be checked, because " + what + " is not among what you may read: ask an operator of the"
                        + " cluster for the right to read it, or look at the status of this object");
    }

    private static Problem with(Problem problem, Severity severity, String message) {
        return new Problem(
                problem.code(),
                severity,
                problem.position(),
                problem.object(),
                problem.field(),
                problem.virtualEnvironment(),
                message);
    }
}
