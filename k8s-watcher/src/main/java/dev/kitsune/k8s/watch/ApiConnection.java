package dev.kitsune.k8s.watch;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way to the API server. Says once that it is interrupted, and once that it is not any more. */
public final class ApiConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiConnection.class);
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final int SERVER_ERROR = 500;

    private final KubernetesClient client;

    private boolean interrupted;
    private boolean closed;

    public ApiConnection(Config config) {
        this.client = new KubernetesClientBuilder().withConfig(promptly(config)).build();
    }

    /**
     * Lets the client report each failure at once. By itself it would try again, after longer and longer pauses, and come
     * back late to an API server that is back.
     */
    private static Config promptly(Config config) {
        return new ConfigBuilder(config)
                .withConnectionTimeout((int) CONNECT.toMillis())
                .withRequestTimeout(AnswerTime.LIST.millis())
                .withRequestRetryBackoffLimit(0)
                .withWatchReconnectLimit(0)
                // A web socket of the JDK's client cannot be closed when its connection is lost, and complains of that.
                .withOnlyHttpWatches(true)
                // Each watch has a connection of its own. One that hangs does not hold up the rest.
                .withHttp2Disable(true)
                .build();
    }

    /** Returns a client for lists, watches, and requests of which nobody waits for the answer. */
    public KubernetesClient client() {
        return client;
    }

    /** Returns a client for requests about objects. It shares everything with the other ones, but waits less long. */
    public KubernetesClient client(AnswerTime time) {
        return client.newClient(
                        new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                                .withRequestTimeout(time.millis())
                                .build())
                .adapt(KubernetesClient.class);
    }

    /**
     * Asks for the API server's version.
     *
     * @throws KubernetesClientException if there is no answer
     */
    void probe() {
        HttpClient http = client.getHttpClient();
        HttpRequest request = http.newHttpRequestBuilder()
                .uri(URI.create(client.getMasterUrl() + "version"))
                .timeout(AnswerTime.PROBE.millis(), TimeUnit.MILLISECONDS)
                .build();
        HttpResponse<String> answer;
        try {
            answer = http.sendAsync(request, String.class).join();
        } catch (CompletionException e) {
            throw new KubernetesClientException("the API server does not answer", e);
        }
        if (answer.code() >= SERVER_ERROR) {
            throw new KubernetesClientException(answer.message(), answer.code(), null);
        }
        works();
    }

    synchronized void works() {
        if (interrupted) {
            interrupted = false;
            LOG.info("the API server {} answers again", client.getMasterUrl());
        }
    }

    /** A request has failed. If the API server has not answered at all, that is said once. */
    synchronized void failed(KubernetesClientException e) {
        if (!ApiRefusal.isAnswer(e) && !interrupted && !closed) {
            interrupted = true;
            LOG.warn(
                    "the API server {} cannot be reached: {}. What is served stays in force, and Kitsune tries again",
                    client.getMasterUrl(),
                    ApiRefusal.words(e));
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        client.close();
    }
}
