package dev.kitsune.k8s.service;

import dev.kitsune.k8s.read.ResourceListener;
import dev.kitsune.k8s.watch.AnswerTime;
import dev.kitsune.k8s.watch.ApiConnection;
import dev.kitsune.k8s.watch.ApiRefusal;
import dev.kitsune.k8s.watch.ApiWork;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.source.Deciding;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a Service for each name of a component or an adapter that has none, while this process decides, and deletes it
 * when nothing declares the name any more. It selects no pods: it only lets the name resolve to an address, whose
 * connections the sidecar captures. Services of others are left as they are.
 */
public final class NamedServices implements ResourceListener, AutoCloseable {
    /** The label of what this makes, and its value. */
    static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    static final String OWNER = "kitsune";

    private static final Logger LOG = LoggerFactory.getLogger(NamedServices.class);

    /** An app deployment is often replaced by a deletion and a creation, and its names should keep their addresses. */
    private static final Duration LINGERS = Duration.ofSeconds(5);

    /** A right that is missing may be given later. */
    private static final Duration WITHOUT_RIGHT = Duration.ofMinutes(1);

    private final ApiConnection connection;
    private final Deciding deciding;
    private final ApiWork<ObjectKey> work = new ApiWork<>("kubernetes-services", this::work);

    /** Guarded by this, like all fields below. The ports that objects declare for names. */
    private final Map<ObjectKey, Map<String, Integer>> declared = new HashMap<>();

    private final Map<ObjectKey, Map<ObjectKey, Integer>> wanted = new HashMap<>();

    /** The Services that exist, and whether they are from here. */
    private final Map<ObjectKey, Boolean> present = new HashMap<>();

    private final Map<ObjectKey, Long> unneeded = new HashMap<>();
    private final Set<String> ending = new HashSet<>();
    private final Set<String> withoutRight = new HashSet<>();
    private boolean delivered;

    /**
     * Does nothing yet.
     *
     * @param config of a client with the rights of Kitsune
     * @param deciding nothing is written while this process does not decide
     */
    public NamedServices(Config config, Deciding deciding) {
        this.connection = new ApiConnection(config);
        this.deciding = deciding;
    }

    @Override
    public synchronized void put(ObjectKey key, GenericKubernetesResource resource, @Nullable Manifest<?> manifest) {
        // What cannot be read now still declares what it did.
        if (manifest != null && (key.kind() == Kind.AppDeployment || key.kind() == Kind.Adapter)) {
            declare(key, DeclaredPorts.of(manifest));
        }
    }

    @Override
    public synchronized void removed(ObjectKey key) {
        declare(key, Map.of());
    }

    private void declare(ObjectKey key, Map<String, Integer> now) {
        Map<String, Integer> before = now.isEmpty() ? declared.remove(key) : declared.put(key, now);
        if (now.equals(before)) {
            return;
        }
        Set<String> names = new HashSet<>(now.keySet());
        if (before != null) {
            names.addAll(before.keySet());
        }
        for (String name : names) {
            ObjectKey service = service(key.namespace(), name);
            Map<ObjectKey, Integer> by = wanted.computeIfAbsent(service, of -> new HashMap<>());
            Integer port = now.get(name);
            if (port == null) {
                by.remove(key);
            } else {
                by.put(key, port);
            }
            if (by.isEmpty()) {
                wanted.remove(service);
            }
            work.of(service);
        }
    }

    @Override
    public synchronized void service(ObjectKey key, @Nullable Service service) {
        if (service == null) {
            present.remove(key);
        } else {
            Map<String, String> labels = service.getMetadata().getLabels();
            present.put(key, labels != null && OWNER.equals(labels.get(MANAGED_BY)));
        }
        work.of(key);
    }

    @Override
    public synchronized void namespace(String name, boolean ends) {
        if (ends) {
            ending.add(name);
        } else {
            ending.remove(name);
        }
    }

    @Override
    public synchronized void delivered() {
        if (!delivered) {
            delivered = true;
            plan();
        }
    }

    /** This process decides from now on, or does not decide any more. */
    public synchronized void decidingChanged() {
        plan();
    }

    private void plan() {
        wanted.keySet().forEach(work::of);
        present.keySet().forEach(work::of);
    }

    /** Begins to write. */
    public void start() {
        work.start();
    }

    private void work(Set<ObjectKey> keys) {
        if (deciding.decides()) {
            keys.forEach(this::write);
        }
    }

    private void write(ObjectKey key) {
        SortedSet<Integer> ports;
        Boolean own;
        synchronized (this) {
            if (!delivered || ending.contains(key.namespace())) {
                return;
            }
            Map<ObjectKey, Integer> by = wanted.get(key);
            ports = by == null ? new TreeSet<>() : new TreeSet<>(by.values());
            own = present.get(key);
            boolean needless = ports.isEmpty() && Boolean.TRUE.equals(own);
            if (needless && lingers(key)) {
                work.later(key, LINGERS);
                return;
            }
            if (!needless) {
                unneeded.remove(key);
            }
        }
        KubernetesClient client = connection.client(AnswerTime.OBJECT);
        try {
            if (own == null && !ports.isEmpty()) {
                create(key, ports, client);
            } else if (Boolean.TRUE.equals(own)) {
                bring(key, ports, client);
            }
            reported(key.namespace(), null);
        } catch (KubernetesClientException e) {
            if (ApiRefusal.isConflict(e)) {
                // Somebody else was first, or has changed it. The source tells of it.
                LOG.debug("{} is left as it is: {}", key, ApiRefusal.words(e));
            } else if (ApiRefusal.is(e)) {
                reported(key.namespace(), ApiRefusal.words(e));
                work.later(key, WITHOUT_RIGHT);
            } else {
                throw e;
            }
        }
    }

    private boolean lingers(ObjectKey key) {
        long now = System.nanoTime();
        return now - unneeded.computeIfAbsent(key, of -> now) < LINGERS.toNanos();
    }

    private synchronized void reported(String namespace, @Nullable String why) {
        if (why == null) {
            withoutRight.remove(namespace);
        } else if (withoutRight.add(namespace)) {
            LOG.warn(
                    "Kitsune cannot make Services in namespace {}, so names of components and adapters without a Service"
                            + " do not resolve there: {}; add the namespace to `namespaces` of the chart, or create the"
                            + " Services",
                    namespace,
                    why);
        }
    }

    private static void create(ObjectKey key, SortedSet<Integer> ports, KubernetesClient client) {
        client.services()
                .inNamespace(key.namespace())
                .resource(service(key, ports))
                .create();
        LOG.info("created {}, so that the name resolves", key);
    }

    /** Gives an own Service these ports, or deletes it if there are none. */
    private static void bring(ObjectKey key, SortedSet<Integer> ports, KubernetesClient client) {
        var api = client.services().inNamespace(key.namespace()).withName(key.name());
        Service now = api.get();
        if (now == null
                || !OWNER.equals(Objects.requireNonNullElse(now.getMetadata().getLabels(), Map.of())
                        .get(MANAGED_BY))) {
            return;
        }
        if (ports.isEmpty()) {
            client.services()
                    .inNamespace(key.namespace())
                    .resource(now)
                    .lockResourceVersion(now.getMetadata().getResourceVersion())
                    .delete();
            LOG.info("deleted {}, because nothing declares the name any more", key);
            return;
        }
        Set<Integer> has = new TreeSet<>();
        now.getSpec().getPorts().forEach(port -> has.add(port.getPort()));
        if (!has.equals(ports)) {
            Service next = service(key, ports);
            next.getMetadata().setResourceVersion(now.getMetadata().getResourceVersion());
            api.patch(
                    PatchContext.of(PatchType.JSON_MERGE),
                    client.getKubernetesSerialization().asJson(next));
        }
    }

    private static Service service(ObjectKey key, SortedSet<Integer> ports) {
        List<ServicePort> all = ports.stream()
                .map(port -> new ServicePortBuilder()
                        .withName("port-" + port)
                        .withPort(port)
                        .build())
                .toList();
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(key.namespace())
                .withName(key.name())
                .addToLabels(MANAGED_BY, OWNER)
                .endMetadata()
                .withNewSpec()
                .withIpFamilyPolicy("PreferDualStack")
                .withPorts(all)
                .endSpec()
                .build();
    }

    private static ObjectKey service(String namespace, String name) {
        return new ObjectKey(Kind.Service, namespace, name);
    }

    @Override
    public void close() {
        work.close();
        connection.close();
    }
}
