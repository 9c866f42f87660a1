package dev.kitsune.k8s.watch;

import dev.kitsune.k8s.read.CollectedObjects;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/**
 * Objects of Kubernetes itself, whose changes count at once.
 *
 * @param remedy what to do if they cannot be listed, as the end of a sentence
 */
record PlainObjects<T extends HasMetadata>(CollectedObjects<T> objects, String remedy, Deliveries deliveries)
        implements CollectionListener<T> {
    @Override
    public boolean listed(List<T> all) {
        deliveries.submit(state -> objects.list(all));
        return true;
    }

    @Override
    public void put(T object) {
        deliveries.submit(state -> objects.put(object));
    }

    @Override
    public void removed(T object) {
        deliveries.submit(state -> objects.remove(object));
    }

    @Override
    public void refused(String why) {
        deliveries.submit(state -> objects.hold(sentence(why, remedy)));
    }

    static String sentence(String why, String remedy) {
        return "they cannot be listed: " + why + "; what was read of them is still served: " + remedy;
    }
}
