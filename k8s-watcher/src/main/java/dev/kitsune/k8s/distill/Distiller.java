package dev.kitsune.k8s.distill;

import dev.kitsune.k8s.distill.DistilledState.DistilledPhase;
import dev.kitsune.k8s.read.ResourceListener;
import dev.kitsune.k8s.state.Pace;
import dev.kitsune.k8s.watch.AnswerTime;
import dev.kitsune.k8s.watch.ApiConnection;
import dev.kitsune.k8s.watch.ApiRefusal;
import dev.kitsune.k8s.watch.ApiWork;
import dev.kitsune.k8s.watch.DeploymentListener;
import dev.kitsune.k8s.watch.DeploymentWatches;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.PodTemplate;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.source.Deciding;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one Deployment for each component version that has a template and that somebody uses, while this process decides.
 * Every process follows them, so that the next one that decides knows them already.
 */
public final class Distiller implements ResourceListener, DeploymentListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Distiller.class);

    /** A right may be given later, a quota raised, and a Deployment of somebody else deleted. */
    private static final Duration AFTER_REFUSAL = Duration.ofSeconds(30);

    /** The clock may be set in the meantime, or the machine sleep. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private static final Duration LOOK_AT_PODS = Duration.ofSeconds(5);

    private final ApiConnection connection;
    private final DeploymentWatches watches;
    private final DeploymentApi api;
    private final Deciding deciding;
    private final Pace pace;
    private final DistillationSettings settings;
    private final DistillationListener listener;
    private final ApiWork<DistillKey> work = new ApiWork<>("kubernetes-distillation", this::work);

    /** Guarded by this, like all fields below. */
    private final DistilledUses uses = new DistilledUses();

    private final KnownDeployments known = new KnownDeployments();
    private final Set<String> ending = new HashSet<>();

    /** What the API server has refused, or what pods wait for. */
    private final Map<DistillKey, DistilledState> troubles = new HashMap<>();

    /** What was applied last. The API server may write it in another way, such as 1000m as 1. */
    private final Map<DeploymentKey, Settled> settled = new HashMap<>();

    private final Set<DistillKey> later = new HashSet<>();

    /** {@code digest}: of the template that this generation was made from */
    private record Settled(String uid, long generation, String digest) {}

    /** What is to be done for a version, with what that needs. */
    private record Planned(
            DistillStep step,
            @Nullable DeployedVersion existing,
            @Nullable WantedDeployment wanted,
            boolean used) {}

    /**
     * Does nothing yet.
     *
     * @param config of a client with the rights of Kitsune
     * @param deciding nothing is written while this process does not decide
     */
    public Distiller(
            Config config, Deciding deciding, Pace pace, DistillationSettings settings, DistillationListener listener) {
        this.connection = new ApiConnection(config);
        this.watches = new DeploymentWatches(
                connection, settings.namespaces(), Map.entry(DistilledLabels.MANAGED_BY, DistilledLabels.OWNER), this);
        this.api = new DeploymentApi(connection.client(AnswerTime.OBJECT));
        this.deciding = deciding;
        this.pace = pace;
        this.settings = settings;
        this.listener = listener;
    }

    /** Begins to follow the cluster and to write. */
    public void start() {
        watches.start();
        work.start();
    }

    /**
     * Something else is served than before.
     *
     * @param changed the virtual environments that may differ
     * @param releases of all virtual environments
     */
    public void served(
            Snapshot snapshot,
            Set<VirtualEnvironmentName> changed,
            Map<VirtualEnvironmentName, ReleaseStatus> releases) {
        Set<ComponentVersion> affected;
        synchronized (this) {
            if (!uses.isKnown()) {
                known.keys().forEach(work::of); // Nothing may mention them any more.
            }
            affected = uses.served(snapshot, changed, releases);
            affected.forEach(this::plan);
        }
        listener.changed(affected);
    }

    @Override
    public synchronized void put(ObjectKey key, GenericKubernetesResource resource, @Nullable Manifest<?> manifest) {
        if (manifest != null && manifest.spec() instanceof AppDeployment deployment) {
            uses.put(key, deployment);
        }
    }

    @Override
    public synchronized void removed(ObjectKey key) {
        uses.remove(key);
    }

    @Override
    public void delivered() {
        Set<ComponentVersion> affected;
        synchronized (this) {
            affected = uses.delivered();
            affected.forEach(this::plan);
        }
        if (!affected.isEmpty()) {
            listener.changed(affected);
        }
    }

    @Override
    public synchronized void namespace(String name, boolean ends) {
        if (ends) {
            ending.add(name);
        } else {
            ending.remove(name);
        }
    }

    /** This process decides from now on, or does not decide any more. */
    public synchronized void decidingChanged() {
        uses.versions().forEach(this::plan);
        known.keys().forEach(work::of);
    }

    private void plan(ComponentVersion version) {
        String home = uses.home(version);
        if (home != null) {
            work.of(new DistillKey(home, version));
        }
        // It may have been at home somewhere else.
        settings.namespaces().stream()
                .map(namespace -> new DistillKey(namespace, version))
                .filter(key -> known.of(key) != null)
                .forEach(work::of);
    }

    @Override
    public void listed(String namespace, List<GenericKubernetesResource> all) {
        Set<ComponentVersion> affected = new HashSet<>();
        synchronized (this) {
            for (DistillKey key : known.list(
                    namespace,
                    all.stream()
                            .map(DeployedVersion::of)
                            .filter(Objects::nonNull)
                            .toList())) {
                affected.add(key.version());
                work.of(key);
            }
            uses.versionsOf(namespace).forEach(version -> {
                affected.add(version);
                plan(version);
            });
        }
        listener.changed(affected);
    }

    @Override
    public void put(GenericKubernetesResource deployment) {
        DeployedVersion now = DeployedVersion.of(deployment);
        if (now == null) {
            removed(deployment);
            return;
        }
        synchronized (this) {
            known.put(now);
            DistilledState trouble = troubles.get(DistillKey.of(now));
            if (trouble != null
                    && (trouble.phase() == DistilledPhase.TAKEN || now.pods().available())) {
                troubles.remove(DistillKey.of(now));
            }
            work.of(DistillKey.of(now));
        }
        listener.changed(Set.of(now.version()));
    }

    @Override
    public void removed(GenericKubernetesResource deployment) {
        DeploymentKey key = new DeploymentKey(
                deployment.getMetadata().getNamespace(),
                deployment.getMetadata().getName());
        DeployedVersion before;
        synchronized (this) {
            before = known.remove(key);
            settled.remove(key);
            if (before != null) {
                work.of(DistillKey.of(before));
            }
        }
        if (before != null) {
            listener.changed(Set.of(before.version()));
        }
    }

    @Override
    public void refused(String namespace, String why) {
        Set<ComponentVersion> affected;
        synchronized (this) {
            if (!known.refuse(namespace, why)) {
                return;
            }
            affected = uses.versionsOf(namespace);
        }
        LOG.warn("Kitsune may not keep Deployments in namespace {}: {}", namespace, why);
        listener.changed(affected);
    }

    /**
     * Returns what became of the versions of an app deployment that have a template; null if that is not known yet.
     *
     * @param key of the app deployment
     */
    public synchronized @Nullable Map<ComponentVersion, DistilledState> states(ObjectKey key, AppDeployment spec) {
        Map<ComponentVersion, DistilledState> states = new HashMap<>();
        for (Map.Entry<String, AppDeployment.Component> component :
                spec.components().entrySet()) {
            if (component.getValue().template() != null) {
                ComponentVersion version = new ComponentVersion(
                        spec.app(), component.getKey(), component.getValue().version());
                DistilledState state = state(new DistillKey(key.namespace(), version));
                if (state == null) {
                    return null;
                }
                states.put(version, state);
            }
        }
        return states;
    }

    private @Nullable DistilledState state(DistillKey key) {
        String namespace = key.namespace();
        if (!uses.areUsed(key)) {
            return new DistilledState(DistilledPhase.IDLE, "no virtual environment uses it, so it has no pods");
        }
        if (!settings.namespaces().contains(namespace)) {
            return new DistilledState(
                    DistilledPhase.NOT_ALLOWED,
                    "namespace " + namespace + " is not in `namespaces` of the chart, so Kitsune makes no pods there");
        }
        String refusal = known.refusal(namespace);
        if (refusal != null) {
            return new DistilledState(
                    DistilledPhase.NOT_ALLOWED,
                    "Kitsune may not list the Deployments of namespace " + namespace + ": " + refusal);
        }
        DistilledState trouble = troubles.get(key);
        DeployedVersion existing = known.of(key);
        if (trouble != null) {
            return trouble;
        }
        if (!known.isListed(namespace)) {
            return null;
        }
        if (existing == null || existing.isDeleted()) {
            return new DistilledState(DistilledPhase.PENDING, "its Deployment is not there yet");
        }
        DeployedPods pods = existing.pods();
        return new DistilledState(
                pods.available()
                        ? DistilledPhase.AVAILABLE
                        : pods.failed() ? DistilledPhase.FAILED : DistilledPhase.PENDING,
                pods.words());
    }

    private void work(Set<DistillKey> keys) {
        if (deciding.decides()) {
            keys.forEach(this::write);
        }
    }

    private void write(DistillKey key) {
        Planned planned = planned(key);
        if (planned == null) {
            return;
        }
        if (!planned.used()) {
            say(key, null);
        }
        try {
            take(key, planned);
        } catch (KubernetesClientException e) {
            if (ApiRefusal.isConflict(e) && planned.existing() != null) {
                LOG.debug(
                        "{} has changed in the meantime: {}", planned.existing().key(), ApiRefusal.words(e));
            } else if (ApiRefusal.isAnswer(e) && !ApiRefusal.isFailure(e)) {
                say(key, refusal(e));
                after(AFTER_REFUSAL, key);
            } else {
                throw e;
            }
        }
    }

    private static DistilledState refusal(KubernetesClientException e) {
        String words = ApiRefusal.words(e);
        if (ApiRefusal.isConflict(e)) {
            return new DistilledState(DistilledPhase.TAKEN, "its Deployment belongs to somebody else: " + words);
        }
        // A quota is refused in the same way as a missing right.
        boolean right = ApiRefusal.is(e) && words.contains("cannot");
        return new DistilledState(right ? DistilledPhase.NOT_ALLOWED : DistilledPhase.FAILED, words);
    }

    private synchronized @Nullable Planned planned(DistillKey key) {
        later.remove(key);
        if (!known.isListed(key.namespace()) || ending.contains(key.namespace()) || !uses.isKnown()) {
            return null;
        }
        boolean used = uses.areUsed(key);
        PodTemplate template = used ? uses.template(key.version()) : null;
        DeployedVersion existing = known.of(key);
        DeploymentKey at = existing == null
                ? new DeploymentKey(
                        key.namespace(), DistilledName.of(key.version()).plain())
                : existing.key();
        WantedDeployment wanted = template == null ? null : WantedDeployment.of(at, key.version(), template);
        boolean differs = existing != null && wanted != null && differs(existing, wanted);
        return new Planned(
                DistillStep.next(
                        used, existing, wanted, differs, settings.clock().instant()),
                existing,
                wanted,
                used);
    }

    private boolean differs(DeployedVersion existing, WantedDeployment wanted) {
        Settled last = new Settled(existing.uid(), existing.generation(), wanted.digest());
        return !existing.has(wanted) && !(last.equals(settled.get(existing.key())) && existing.hasMetadata(wanted));
    }

    private void take(DistillKey key, Planned planned) {
        DeployedVersion existing = planned.existing();
        WantedDeployment wanted = planned.wanted();
        if (planned.step() instanceof DistillStep.Create && wanted != null) {
            create(key, wanted);
        } else if (planned.step() instanceof DistillStep.Wait wait) {
            after(wait.pause().compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait.pause(), key);
        } else if (existing != null) {
            if (planned.step() instanceof DistillStep.Bring && wanted != null && mayWrite()) {
                GenericKubernetesResource now = api.bring(existing, wanted);
                settle(now, wanted);
                LOG.info("{} has the template of {} again", existing.key(), key.version());
            } else if (planned.step() instanceof DistillStep.Note note && mayWrite()) {
                api.note(existing, note.since());
            } else if (planned.step() instanceof DistillStep.Collect && mayWrite()) {
                api.collect(existing);
                LOG.info("deleted {}, because nobody uses {} any more", existing.key(), key.version());
            } else if (planned.step() instanceof DistillStep.Rest && planned.used()) {
                look(key, existing);
            }
        }
    }

    /** The turn may come late, and another process may decide by then. */
    private boolean mayWrite() {
        pace.await();
        return deciding.decides();
    }

    private void create(DistillKey key, WantedDeployment plain) {
        PodTemplate template;
        synchronized (this) {
            template = uses.template(key.version());
        }
        DistilledName names = DistilledName.of(key.version());
        for (String name : List.of(names.plain(), names.distinct())) {
            DeploymentKey at = new DeploymentKey(key.namespace(), name);
            GenericKubernetesResource there = api.find(at);
            if (there == null) {
                if (template != null && mayWrite()) {
                    WantedDeployment wanted =
                            at.equals(plain.key()) ? plain : WantedDeployment.of(at, key.version(), template);
                    settle(api.create(wanted), wanted);
                    say(key, null);
                    LOG.info("created {}, because somebody uses {}", at, key.version());
                }
                return;
            }
            DeployedVersion other = DeployedVersion.of(there);
            if (other == null) {
                say(
                        key,
                        new DistilledState(
                                DistilledPhase.TAKEN,
                                "the Deployment " + name + " is not from Kitsune, which leaves it as it is: rename it,"
                                        + " or delete it"));
                after(AFTER_REFUSAL, key);
                return;
            }
            if (other.version().equals(key.version())) {
                return; // The watch tells of it soon.
            }
        }
    }

    private synchronized void settle(GenericKubernetesResource now, WantedDeployment wanted) {
        settled.put(
                wanted.key(),
                new Settled(
                        now.getMetadata().getUid(),
                        Objects.requireNonNullElse(now.getMetadata().getGeneration(), 0L),
                        wanted.digest()));
    }

    /** Looks at its pods as long as they are not available, because no event tells what they wait for. */
    private void look(DistillKey key, DeployedVersion existing) {
        if (existing.pods().available()) {
            say(key, null);
            return;
        }
        String words = StuckPod.words(api.pods(existing));
        say(key, words.isEmpty() ? null : new DistilledState(DistilledPhase.FAILED, words));
        after(LOOK_AT_PODS, key);
    }

    private synchronized void after(Duration pause, DistillKey key) {
        if (later.add(key)) {
            work.later(key, pause);
        }
    }

    /** {@code trouble}: null for none */
    private void say(DistillKey key, @Nullable DistilledState trouble) {
        synchronized (this) {
            DistilledState before = trouble == null ? troubles.remove(key) : troubles.put(key, trouble);
            if (Objects.equals(before, trouble)) {
                return;
            }
        }
        if (trouble != null) {
            LOG.warn("the pods of {} in namespace {}: {}", key.version(), key.namespace(), trouble.words());
        }
        listener.changed(Set.of(key.version()));
    }

    @Override
    public void close() {
        work.close();
        watches.close();
        connection.close();
    }
}
