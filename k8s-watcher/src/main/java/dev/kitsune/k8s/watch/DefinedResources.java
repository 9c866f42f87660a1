package dev.kitsune.k8s.watch;

import dev.kitsune.k8s.read.ResourceObjects;
import dev.kitsune.model.manifest.Kind;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The custom resources of one kind. A deletion counts only if the definition of the kind still stands a moment later,
 * because dropping a definition looks like ordinary deletions of every resource.
 */
final class DefinedResources implements CollectionListener<GenericKubernetesResource> {
    private static final Logger LOG = LoggerFactory.getLogger(DefinedResources.class);
    private static final Duration MOMENT = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final String STAYS = "; what was read of it is still served";

    /** Lists the resources of a kind again. */
    @FunctionalInterface
    interface Relisting {
        void relist(Kind kind);
    }

    private record PendingDeletion(GenericKubernetesResource resource, long since) {}

    private final Kind kind;
    private final KubernetesClient client;
    private final Deliveries deliveries;
    private final ApiThreads threads;
    private final Relisting relisting;

    /** Deleted, but not yet believed. Guarded by this, like all fields below. */
    private final Map<String, PendingDeletion> leaving = new LinkedHashMap<>();
    /** The definition under which the resources were read; null if none were. */
    private @Nullable String uid;

    DefinedResources(
            Kind kind, KubernetesClient client, Deliveries deliveries, ApiThreads threads, Relisting relisting) {
        this.kind = kind;
        this.client = client;
        this.deliveries = deliveries;
        this.threads = threads;
        this.relisting = relisting;
    }

    @Override
    public boolean listed(List<GenericKubernetesResource> all) {
        // The definition is looked at after the list, so it stood while the list was made.
        Definition definition = Definition.of(kind, client);
        if (!definition.stands()) {
            hold(definition.trouble());
            return false;
        }
        synchronized (this) {
            boolean lost = uid != null && !uid.equals(definition.uid());
            leaving.clear();
            uid = definition.uid();
            submit(resources -> {
                if (lost) {
                    resources.lose();
                }
                resources.list(all);
            });
        }
        return true;
    }

    @Override
    public synchronized void put(GenericKubernetesResource resource) {
        leaving.remove(name(resource));
        submit(resources -> resources.put(resource));
    }

    @Override
    public synchronized void removed(GenericKubernetesResource resource) {
        leaving.put(name(resource), new PendingDeletion(resource, System.nanoTime()));
        threads.after(MOMENT, this::settle);
    }

    @Override
    public void refused(String why) {
        hold("it cannot be listed: " + why);
    }

    private void settle() {
        List<PendingDeletion> due;
        synchronized (this) {
            long now = System.nanoTime();
            due = leaving.values().stream()
                    .filter(one -> now - one.since() >= MOMENT.toNanos())
                    .toList();
        }
        if (due.isEmpty()) {
            return;
        }
        Definition definition;
        try {
            definition = Definition.of(kind, client);
        } catch (KubernetesClientException e) {
            LOG.debug("deletions of {} wait for the API server: {}", kind, ApiRefusal.words(e));
            threads.after(RETRY, this::settle);
            return;
        }
        if (!believe(due, definition)) {
            relisting.relist(kind);
        }
    }

    /** Returns false if these are no deletions. */
    private synchronized boolean believe(List<PendingDeletion> due, Definition definition) {
        if (!Objects.equals(uid, definition.uid())) {
            leaving.clear();
            if (!definition.stands()) {
                hold(definition.trouble());
            }
            return false;
        }
        List<GenericKubernetesResource> gone = due.stream()
                .filter(one -> leaving.remove(name(one.resource()), one))
                .map(PendingDeletion::resource)
                .toList();
        submit(resources -> gone.forEach(resources::remove));
        return true;
    }

    private void hold(String why) {
        submit(resources -> resources.hold(why + STAYS));
    }

    private interface ResourcesUpdate {
        void apply(ResourceObjects resources);
    }

    private void submit(ResourcesUpdate update) {
        deliveries.submit(state -> update.apply(state.resources(kind)));
    }

    private static String name(GenericKubernetesResource resource) {
        return resource.getMetadata().getNamespace() + "/"
                + resource.getMetadata().getName();
    }
}
