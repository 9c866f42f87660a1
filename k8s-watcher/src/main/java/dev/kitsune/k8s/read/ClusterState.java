package dev.kitsune.k8s.read;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.problem.Problem;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The served content of a cluster, and its updates. Not thread-safe. */
public final class ClusterState {
    /** The kinds that users create. In a cluster, pods are the workloads. */
    public static final List<Kind> KINDS =
            Arrays.stream(Kind.values()).filter(kind -> kind != Kind.Workload).toList();

    private final String ownNamespace;
    private final ResourceListener listener;
    private final CatalogDraft draft = new CatalogDraft();
    private final SecretNeeds needs = new SecretNeeds();
    private final Map<Kind, ResourceObjects> resources = new EnumMap<>(Kind.class);
    private final PodObjects pods = new PodObjects(draft);
    private final NamespaceObjects namespaces = new NamespaceObjects(pods, draft);
    private final Map<String, SecretObjects> secrets = new HashMap<>();
    private Set<String> secretNamespaces = Set.of();
    private @Nullable List<Problem> reported;

    /** {@code ownNamespace}: of Kitsune, which holds the Secrets that belong to the mesh */
    public ClusterState(String ownNamespace) {
        this(ownNamespace, ResourceListener.NONE);
    }

    /** {@code listener}: hears of every custom resource */
    public ClusterState(String ownNamespace, ResourceListener listener) {
        this.ownNamespace = ownNamespace;
        this.listener = listener;
        KINDS.forEach(kind -> resources.put(kind, new ResourceObjects(kind, draft, needs, listener)));
    }

    public ResourceObjects resources(Kind kind) {
        return Objects.requireNonNull(resources.get(kind));
    }

    public CollectedObjects<Pod> pods() {
        return pods;
    }

    public CollectedObjects<Namespace> namespaces() {
        return namespaces;
    }

    /** Returns the Secrets of a namespace that {@link #secretNamespaces} named. */
    public CollectedObjects<Secret> secrets(String namespace) {
        return secrets.computeIfAbsent(namespace, n -> served(n, new SecretObjects(n, draft)));
    }

    /**
     * Returns the namespaces whose Secrets are referenced, as of the last {@link #take}. Those of other namespaces must
     * not be read.
     */
    public Set<String> secretNamespaces() {
        return secretNamespaces;
    }

    /** Returns the next change; null if nothing is new, or if some objects have never been read. */
    public @Nullable CatalogChange take() {
        settle();
        return reported == null && !isComplete() ? null : change();
    }

    /** The last change that was taken is delivered. */
    public void delivered() {
        listener.delivered();
    }

    /** Returns everything that could be read. The problems say what could not. */
    public CatalogChange takeReadable() {
        settle();
        reported = null;
        return Objects.requireNonNull(change());
    }

    /** Finds out which Secrets are needed. */
    public void settle() {
        if (!needs.takeChanged()) {
            return;
        }
        Set<String> needed = new TreeSet<>(needs.namespaces());
        if (!needs.ofTheMesh().isEmpty()) {
            needed.add(ownNamespace);
        }
        secretNamespaces = Set.copyOf(needed);
        secrets.forEach(this::served);
        secrets.entrySet().removeIf(of -> {
            boolean ended = !needed.contains(of.getKey());
            if (ended) {
                of.getValue().end();
            }
            return ended;
        });
    }

    private @Nullable CatalogChange change() {
        List<Problem> problems = problems();
        if (!draft.hasChanged() && problems.equals(reported)) {
            return null;
        }
        reported = problems;
        return new CatalogChange(
                draft.catalog(),
                draft.takeObjects(),
                draft.takeSecrets(),
                draft.takeNamespaces(),
                problems,
                resources.values().stream().flatMap(ResourceObjects::standIns).collect(Collectors.toSet()));
    }

    private SecretObjects served(String namespace, SecretObjects of) {
        of.serve(needs.namespaces().contains(namespace), namespace.equals(ownNamespace) ? needs.ofTheMesh() : Set.of());
        return of;
    }

    private boolean isComplete() {
        return listed().allMatch(CollectedObjects::isListed)
                && secretNamespaces.stream().allMatch(this::isKnown);
    }

    /** Returns what has never been read, with the reasons that are known. */
    public String awaited() {
        return Stream.concat(
                        listed().filter(of -> !of.isListed()),
                        secretNamespaces.stream().filter(of -> !isKnown(of)).map(this::secrets))
                .map(CollectedObjects::toString)
                .collect(Collectors.joining(", "));
    }

    /** Whether the Secrets of a namespace were read or refused. Nobody waits for a right. */
    private boolean isKnown(String namespace) {
        SecretObjects of = secrets.get(namespace);
        return of != null && (of.isListed() || of.isHeld());
    }

    /** Everything that a cluster has in any case. */
    private Stream<CollectedObjects<?>> listed() {
        return Stream.concat(resources.values().stream(), Stream.of(pods, namespaces));
    }

    private List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        Stream.concat(listed(), secrets.values().stream())
                .flatMap(CollectedObjects::problems)
                .forEach(problems::add);
        problems.sort(Problem.ORDER);
        return problems;
    }
}
