package dev.kitsune.k8s.authority;

import dev.kitsune.k8s.watch.AnswerTime;
import dev.kitsune.k8s.watch.ApiConnection;
import dev.kitsune.k8s.watch.ApiRefusal;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ConfigMaps from which pods take the certificate authorities that they trust. Used by one thread. */
public final class AuthorityConfigMaps {
    private static final Logger LOG = LoggerFactory.getLogger(AuthorityConfigMaps.class);

    /** The file that the bootstrap of a sidecar names. */
    public static final String FILE = "ca.crt";

    private static final String MANAGER = "kitsune";

    private final KubernetesClient client;
    private final Set<String> refused = new HashSet<>();

    public AuthorityConfigMaps(ApiConnection connection) {
        this.client = connection.client(AnswerTime.OBJECT);
    }

    /**
     * Writes the one of a namespace if it does not hold this.
     *
     * @param trusted the certificates as PEM
     * @return whether it was written, so that pods of the namespace have it only in a while
     * @throws KubernetesClientException if there is no answer
     */
    public boolean write(String namespace, String trusted) {
        try {
            ConfigMap now = client.configMaps()
                    .inNamespace(namespace)
                    .withName(AuthoritySecret.NAME)
                    .get();
            boolean differs = now == null
                    || now.getData() == null
                    || !trusted.equals(now.getData().get(FILE));
            if (differs) {
                client.resource(configMap(namespace, trusted)).patch(apply());
                LOG.info("wrote the ConfigMap {} in namespace {}", AuthoritySecret.NAME, namespace);
            }
            refused.remove(namespace);
            return differs;
        } catch (KubernetesClientException e) {
            // What is wrong with one namespace must not hold up the others.
            if (!ApiRefusal.isAnswer(e)) {
                throw e;
            }
            if (refused.add(namespace)) {
                LOG.warn(
                        "the sidecars of namespace {} cannot verify Kitsune, because its ConfigMap {} cannot be written:"
                                + " {}. If Kitsune may not do that, add {} to `namespaces` of the chart",
                        namespace,
                        AuthoritySecret.NAME,
                        ApiRefusal.words(e),
                        namespace);
            }
            return false;
        }
    }

    private static PatchContext apply() {
        return new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(MANAGER)
                .withForce(true)
                .build();
    }

    private static ConfigMap configMap(String namespace, String trusted) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(AuthoritySecret.NAME)
                .withNamespace(namespace)
                .withLabels(OwnLabels.ALL)
                .endMetadata()
                .withData(Map.of(FILE, trusted))
                .build();
    }
}
