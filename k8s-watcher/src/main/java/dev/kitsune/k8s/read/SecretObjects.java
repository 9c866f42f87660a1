package dev.kitsune.k8s.read;

import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretValue;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The Secrets of one list. */
final class SecretObjects extends CollectedObjects<Secret> {
    /** In the catalog. The keys that check tokens belong to no user's namespace. */
    private final String namespace;

    private final CatalogDraft draft;
    private final Set<String> present = new HashSet<>();
    private boolean ended;

    SecretObjects(SecretList list, CatalogDraft draft) {
        super(list.toString());
        this.namespace = list.name() == null ? list.namespace() : "";
        this.draft = draft;
    }

    /** Nothing references them any more. What is still read of them counts no more. */
    void end() {
        Set.copyOf(present).forEach(this::remove);
        ended = true;
    }

    @Override
    void replace(List<Secret> all) {
        Set<String> gone = new HashSet<>(present);
        for (Secret secret : all) {
            put(secret);
            gone.remove(secret.getMetadata().getName());
        }
        gone.forEach(this::remove);
    }

    @Override
    public void put(Secret secret) {
        if (ended) {
            return;
        }
        Map<String, SecretValue> keys = new HashMap<>();
        if (secret.getData() != null) {
            secret.getData()
                    .forEach((key, value) ->
                            keys.put(key, new SecretValue(Base64.getDecoder().decode(value))));
        }
        String name = secret.getMetadata().getName();
        present.add(name);
        draft.put(new SecretId(namespace, name), new dev.kitsune.model.snapshot.Secret(keys));
    }

    @Override
    public void remove(Secret secret) {
        remove(secret.getMetadata().getName());
    }

    private void remove(String name) {
        if (present.remove(name)) {
            draft.put(new SecretId(namespace, name), null);
        }
    }
}
