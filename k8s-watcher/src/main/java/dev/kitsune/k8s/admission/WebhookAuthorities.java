package dev.kitsune.k8s.admission;

import dev.kitsune.k8s.watch.AnswerTime;
import dev.kitsune.k8s.watch.ApiConnection;
import dev.kitsune.k8s.watch.ApiRefusal;
import dev.kitsune.k8s.watch.ApiWork;
import dev.kitsune.model.source.Deciding;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the API server which certificate authorities of the webhook it is to trust. The replica that decides writes them,
 * only if they differ, and again if somebody has changed them.
 */
public final class WebhookAuthorities implements AutoCloseable {
    /** The name of the MutatingWebhookConfiguration. */
    public static final String CONFIGURATION = "kitsune-inject";

    private static final Logger LOG = LoggerFactory.getLogger(WebhookAuthorities.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final ApiConnection connection;
    private final KubernetesClient client;
    private final Deciding deciding;
    private final ApiWork<String> work = new ApiWork<>("webhook-authorities", names -> write());
    private volatile @Nullable String trusted;
    /** Used by the thread of the work. */
    private boolean complained;

    public WebhookAuthorities(Config config, Deciding deciding) {
        this.connection = new ApiConnection(config);
        this.client = connection.client(AnswerTime.OBJECT);
        this.deciding = deciding;
    }

    /** {@code pem}: all authorities that are to be trusted from now on */
    public void trust(String pem) {
        String bundle = Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
        if (!bundle.equals(trusted)) {
            trusted = bundle;
            work.of(CONFIGURATION);
        }
    }

    /** Begins to write. */
    public void start() {
        work.start();
    }

    private void write() {
        String bundle = trusted;
        if (bundle != null && deciding.decides()) {
            try {
                write(bundle);
            } catch (KubernetesClientException e) {
                if (!ApiRefusal.isAnswer(e)) {
                    throw e;
                }
                complain(ApiRefusal.words(e));
            }
        }
        work.later(CONFIGURATION, PERIOD);
    }

    private void write(String bundle) {
        MutatingWebhookConfiguration now = client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(CONFIGURATION)
                .get();
        if (now == null) {
            complain("there is none");
            return;
        }
        complained = false;
        List<String> differing = now.getWebhooks().stream()
                .filter(webhook -> !bundle.equals(webhook.getClientConfig().getCaBundle()))
                .map(MutatingWebhook::getName)
                .toList();
        if (differing.isEmpty()) {
            return;
        }
        client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(CONFIGURATION)
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.STRATEGIC_MERGE)
                                .withFieldManager("kitsune")
                                .build(),
                        patch(differing, bundle));
        LOG.info("the API server trusts the current certificate authorities of the webhook");
    }

    private String patch(List<String> webhooks, String bundle) {
        List<Map<String, Object>> changed = webhooks.stream()
                .map(name -> Map.<String, Object>of("name", name, "clientConfig", Map.of("caBundle", bundle)))
                .toList();
        return client.getKubernetesSerialization().asJson(Map.of("webhooks", changed));
    }

    private void complain(String why) {
        if (!complained) {
            LOG.warn(
                    "the API server cannot trust the webhook, because the MutatingWebhookConfiguration {} cannot be"
                            + " kept: {}. Install the chart again, or leave --inject out",
                    CONFIGURATION,
                    why);
            complained = true;
        }
    }

    @Override
    public void close() {
        work.close();
        connection.close();
    }
}
