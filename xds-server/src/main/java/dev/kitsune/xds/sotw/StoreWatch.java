package dev.kitsune.xds.sotw;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.store.ResourceStore;
import dev.kitsune.xds.store.StoredResource;
import dev.kitsune.xds.store.Subscription;
import io.envoyproxy.controlplane.cache.Response;
import io.envoyproxy.controlplane.cache.Watch;
import io.envoyproxy.controlplane.cache.WatchCancelledException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;

/** Waits until the set of resources that one request asks for differs from what its client has, and answers once. */
final class StoreWatch {
    private final Watch watch;
    private final ResourceType type;
    private final Subscription subscription;
    private boolean done;

    /** @param serial the executor of all tasks here */
    StoreWatch(ResourceStore store, Watch watch, Proxy proxy, ResourceType type, Executor serial) {
        this.watch = watch;
        this.type = type;
        this.subscription = store.openWhole(proxy, () -> serial.execute(this::answerWhatDiffers));
    }

    void start() {
        if (done) {
            return;
        }
        List<String> names = watch.request().getResourceNamesList();
        if (!names.isEmpty()) {
            subscription.subscribe(type, names);
            answerWhatDiffers();
        } else if (type.hasWildcard()) {
            subscription.subscribeWildcard(type);
            answerWhatDiffers();
        }
    }

    /**
     * The subscription outlives the answer, so that nothing is produced again before the next request, which
     * acknowledges the answer, replaces it.
     */
    void stop() {
        done = true;
        subscription.close();
    }

    private void answerWhatDiffers() {
        subscription.take();
        if (done) {
            return;
        }
        List<StoredResource> resources = subscription.all(type).stream()
                .sorted(Comparator.comparing(StoredResource::name))
                .toList();
        String version = version(resources);
        if (!version.equals(watch.request().getVersionInfo())) {
            done = true;
            try {
                watch.respond(Response.create(
                        watch.request(),
                        resources.stream().map(r -> r.packed().getResource()).toList(),
                        version));
            } catch (WatchCancelledException e) {
                subscription.close();
            }
        } else {
            subscription.acknowledged(subscription.taken());
        }
    }

    private static String version(List<StoredResource> resources) {
        Hasher hasher = Hashing.sha256().newHasher();
        for (StoredResource resource : resources) {
            hasher.putString(resource.name(), StandardCharsets.UTF_8).putByte((byte) 0);
            hasher.putString(resource.version(), StandardCharsets.UTF_8).putByte((byte) 0);
        }
        return hasher.hash().toString();
    }
}
