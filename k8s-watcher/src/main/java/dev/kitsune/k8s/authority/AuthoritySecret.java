package dev.kitsune.k8s.authority;

import dev.kitsune.k8s.watch.AnswerTime;
import dev.kitsune.k8s.watch.ApiConnection;
import dev.kitsune.model.snapshot.SecretValue;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The Secret with the certificate authorities. Every write names the version that it replaces. */
public final class AuthoritySecret {
    /** The name of the Secret, and of the ConfigMaps with what is trusted. */
    public static final String NAME = "kitsune-ca";

    /** An operator sets this annotation, to any text, to begin a rotation. */
    public static final String ROTATE = "kitsune.dev/rotate";

    private static final String SINCE = "kitsune.dev/since";
    private static final String CERTIFICATE = ".crt";
    private static final String KEY = ".key";
    private static final String CURRENT = "ca";
    private static final String NEXT = "next";
    private static final String OLD = "old";

    private final KubernetesClient client;
    private final String namespace;

    /** {@code namespace}: in which Kitsune runs */
    public AuthoritySecret(ApiConnection connection, String namespace) {
        this.client = connection.client(AnswerTime.OBJECT);
        this.namespace = namespace;
    }

    /**
     * Reads it.
     *
     * @return null if there is none, or if it holds no authority
     * @throws KubernetesClientException if there is no answer
     */
    public @Nullable StoredAuthorities read() {
        Secret secret = client.secrets().inNamespace(namespace).withName(NAME).get();
        return secret == null ? null : of(secret);
    }

    /**
     * Writes it.
     *
     * @return what it holds now
     * @throws KubernetesClientException if another process was faster, or if there is no answer
     */
    public @Nullable StoredAuthorities write(StoredAuthorities authorities) {
        Secret secret = secret(authorities);
        return of(
                authorities.version() == null
                        ? client.resource(secret).create()
                        : client.resource(secret).update());
    }

    static @Nullable StoredAuthorities of(Secret secret) {
        Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
        StoredAuthority current = authority(data, CURRENT);
        if (current == null) {
            return null;
        }
        Map<String, String> annotations = secret.getMetadata().getAnnotations();
        Map<String, String> said = annotations == null ? Map.of() : annotations;
        return new StoredAuthorities(
                current,
                authority(data, NEXT),
                text(data, OLD + CERTIFICATE),
                time(said.get(SINCE)),
                said.containsKey(ROTATE),
                secret.getMetadata().getResourceVersion());
    }

    private Secret secret(StoredAuthorities authorities) {
        Map<String, String> data = new HashMap<>();
        put(data, CURRENT, authorities.current());
        if (authorities.next() != null) {
            put(data, NEXT, authorities.next());
        }
        if (authorities.old() != null) {
            data.put(OLD + CERTIFICATE, encoded(authorities.old().getBytes(StandardCharsets.UTF_8)));
        }
        Map<String, String> annotations =
                new HashMap<>(Map.of(SINCE, authorities.since().toString()));
        if (authorities.rotationAsked()) {
            annotations.put(ROTATE, "true");
        }
        return new SecretBuilder()
                .withNewMetadata()
                .withName(NAME)
                .withNamespace(namespace)
                .withResourceVersion(authorities.version())
                .withLabels(OwnLabels.ALL)
                .withAnnotations(annotations)
                .endMetadata()
                .withType("Opaque")
                .withData(data)
                .build();
    }

    private static @Nullable StoredAuthority authority(Map<String, String> data, String name) {
        String key = data.get(name + KEY);
        return StoredAuthority.of(text(data, name + CERTIFICATE), key == null ? null : new SecretValue(decoded(key)));
    }

    private static void put(Map<String, String> data, String name, StoredAuthority authority) {
        data.put(name + CERTIFICATE, encoded(authority.certificate().getBytes(StandardCharsets.UTF_8)));
        data.put(name + KEY, encoded(authority.key().reveal()));
    }

    private static @Nullable String text(Map<String, String> data, String name) {
        String value = data.get(name);
        return value == null ? null : new String(decoded(value), StandardCharsets.UTF_8);
    }

    private static byte[] decoded(String value) {
        return Base64.getDecoder().decode(value);
    }

    private static String encoded(byte[] value) {
        return Base64.getEncoder().encodeToString(value);
    }

    /** Somebody may have removed it. A step then seems to have been taken long ago. */
    private static Instant time(@Nullable String text) {
        try {
            return text == null ? Instant.EPOCH : Instant.parse(text);
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
