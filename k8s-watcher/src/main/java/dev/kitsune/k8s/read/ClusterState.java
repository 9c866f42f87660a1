package dev.kitsune.k8s.read;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.problem.Problem;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The served content of a cluster, and its updates. Not thread-safe. */
public final class ClusterState {
    /** The kinds that users create. */
    public static final List<Kind> KINDS =
            Arrays.stream(Kind.values()).filter(Kind::isCustomResource).toList();

    /** The name of the list of pods. */
    public static final String PODS = PodObjects.PLACE;

    /** The same of namespaces. */
    public static final String NAMESPACES = NamespaceObjects.PLACE;

    /** The same of Services. */
    public static final String SERVICES = ServiceObjects.PLACE;

    private final String ownNamespace;
    private final ResourceListener listener;
    private final CatalogDraft draft = new CatalogDraft();
    private final SecretNeeds needs = new SecretNeeds();
    private final Map<Kind, ResourceObjects> resources = new EnumMap<>(Kind.class);
    private final PodObjects pods;
    private final ServiceObjects services;
    private final NamespaceObjects namespaces;
    private final Map<SecretList, SecretObjects> secrets = new HashMap<>();
    private Set<SecretList> secretLists = Set.of();
    private @Nullable List<Problem> reported;

    /** {@code ownNamespace}: of Kitsune, which holds the Secrets that belong to the mesh */
    public ClusterState(String ownNamespace) {
        this(ownNamespace, ResourceListener.NONE);
    }

    /** {@code listener}: hears of every custom resource */
    public ClusterState(String ownNamespace, ResourceListener listener) {
        this.ownNamespace = ownNamespace;
        this.listener = listener;
        this.pods = new PodObjects(draft, listener);
        this.services = new ServiceObjects(draft, listener);
        this.namespaces = new NamespaceObjects(pods, draft, listener);
        KINDS.forEach(kind -> resources.put(kind, new ResourceObjects(kind, draft, needs, listener)));
    }

    /** Returns the name of the list of a kind. */
    public static String place(Kind kind) {
        return ResourceObjects.place(kind);
    }

    public ResourceObjects resources(Kind kind) {
        return Objects.requireNonNull(resources.get(kind));
    }

    public CollectedObjects<Pod> pods() {
        return pods;
    }

    public CollectedObjects<Service> services() {
        return services;
    }

    public CollectedObjects<Namespace> namespaces() {
        return namespaces;
    }

    /** Returns the Secrets of a list that {@link #secretLists} named. */
    public CollectedObjects<Secret> secrets(SecretList list) {
        return secrets.computeIfAbsent(list, of -> new SecretObjects(of, draft));
    }

    /** Returns the Secrets that are referenced, as of the last {@link #take}. No others must be read. */
    public Set<SecretList> secretLists() {
        return secretLists;
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
        Set<SecretList> needed = new HashSet<>();
        needs.namespaces().forEach(namespace -> needed.add(SecretList.of(namespace)));
        needs.ofTheMesh().forEach(name -> needed.add(new SecretList(ownNamespace, name)));
        secretLists = Set.copyOf(needed);
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
                resources.values().stream().flatMap(ResourceObjects::standIns).collect(Collectors.toSet()),
                resources.values().stream().flatMap(ResourceObjects::deleted).collect(Collectors.toSet()));
    }

    private boolean isComplete() {
        return listed().allMatch(CollectedObjects::isListed)
                // Without the right to read Services, captured calls are recognised by their first bytes alone.
                && (services.isListed() || services.isHeld())
                && secretLists.stream().allMatch(this::isKnown);
    }

    /** Returns what has never been read, with the reasons that are known. */
    public String awaited() {
        return Stream.concat(
                        listed().filter(of -> !of.isListed()),
                        secretLists.stream().filter(of -> !isKnown(of)).map(this::secrets))
                .map(CollectedObjects::toString)
                .collect(Collectors.joining(", "));
    }

    /** Whether the Secrets of a list were read or refused. Nobody waits for a right. */
    private boolean isKnown(SecretList list) {
        SecretObjects of = secrets.get(list);
        return of != null && (of.isListed() || of.isHeld());
    }

    /** Everything that a cluster has in any case. */
    private Stream<CollectedObjects<?>> listed() {
        return Stream.concat(resources.values().stream(), Stream.of(pods, namespaces));
    }

    private List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        Stream.of(listed(), Stream.of(services), secrets.values().stream())
                .flatMap(all -> all)
                .flatMap(CollectedObjects::problems)
                .forEach(problems::add);
        problems.sort(Problem.ORDER);
        return problems;
    }
}
