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
import org.jspecify.annotations.Nullable;

/** The Secrets of one namespace. */
final class SecretObjects extends CollectedObjects<Secret> {
    private final String namespace;
    private final CatalogDraft draft;
    private final Map<String, dev.kitsune.model.snapshot.Secret> secrets = new HashMap<>();
    private boolean referenced;
    private Set<String> ofTheMesh = Set.of();
    private boolean ended;

    SecretObjects(String namespace, CatalogDraft draft) {
        super(RefusedSecrets.place(namespace));
        this.namespace = namespace;
        this.draft = draft;
    }

    /**
     * Says which of them are served.
     *
     * @param byNamespace whether virtual environments of the namespace reference some
     * @param byMesh the names of those with keys that check tokens, which belong to no user's namespace
     */
    void serve(boolean byNamespace, Set<String> byMesh) {
        if (referenced == byNamespace && ofTheMesh.equals(byMesh)) {
            return;
        }
        ofTheMesh.forEach(name -> draft.put(new SecretId("", name), null));
        referenced = byNamespace;
        ofTheMesh = byMesh;
        secrets.keySet().forEach(this::serve);
    }

    /** Nothing references them any more. What is still read of them counts no more. */
    void end() {
        serve(false, Set.of());
        ended = true;
    }

    @Override
    void replace(List<Secret> all) {
        Set<String> gone = new HashSet<>(secrets.keySet());
        for (Secret secret : all) {
            put(secret);
            gone.remove(secret.getMetadata().getName());
        }
        gone.forEach(this::remove);
    }

    @Override
    public void put(Secret secret) {
        Map<String, SecretValue> keys = new HashMap<>();
        if (secret.getData() != null) {
            secret.getData()
                    .forEach((key, value) ->
                            keys.put(key, new SecretValue(Base64.getDecoder().decode(value))));
        }
        secrets.put(secret.getMetadata().getName(), new dev.kitsune.model.snapshot.Secret(keys));
        serve(secret.getMetadata().getName());
    }

    @Override
    public void remove(Secret secret) {
        remove(secret.getMetadata().getName());
    }

    private void remove(String name) {
        secrets.remove(name);
        serve(name);
    }

    private void serve(String name) {
        if (ended) {
            return;
        }
        dev.kitsune.model.snapshot.@Nullable Secret secret = secrets.get(name);
        draft.put(new SecretId(namespace, name), referenced ? secret : null);
        if (ofTheMesh.contains(name)) {
            draft.put(new SecretId("", name), secret);
        }
    }
}
