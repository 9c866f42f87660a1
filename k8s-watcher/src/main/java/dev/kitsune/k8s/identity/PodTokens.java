package dev.kitsune.k8s.identity;

import dev.kitsune.k8s.identity.ReviewedToken.Unknown;
import dev.kitsune.k8s.identity.ReviewedToken.Wrong;
import dev.kitsune.k8s.read.PodIdentity;
import dev.kitsune.k8s.watch.ApiConnection;
import dev.kitsune.k8s.watch.ApiRefusal;
import dev.kitsune.model.problem.Fault;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out which pod shows a token. The API server is asked only about tokens that name a pod of the cluster, a few at a
 * time for each pod, so whoever sends many wrong tokens delays nobody else. Its answers are remembered for some minutes.
 * While it is away, an earlier answer counts until the token is over.
 */
public final class PodTokens implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PodTokens.class);

    /** Of the tokens that Kitsune takes. */
    public static final String AUDIENCE = "kitsune";

    static final String OTHER_AUDIENCE = "the token is not for Kitsune: project one with the audience " + AUDIENCE;
    static final String NO_POD = "the token belongs to no pod: take the one that is projected into the pod";

    private static final int THREADS = 8;
    private static final int MOST_WAITING = 10_000;

    /** A pod has one token, and two of them while it is renewed. */
    private static final int MOST_OF_A_POD = 4;

    private final KnownPods pods;
    private final TokenApi api;
    private final TokenMemory memory;
    private final ThreadPoolExecutor threads = threads();
    private boolean forbidden;

    /** The reviews that are going on, by the digest of the token. Guarded by this, like the next one. */
    private final Map<String, CompletableFuture<ReviewedToken>> asked = new HashMap<>();

    private final Map<PodName, Integer> askedOfPods = new HashMap<>();

    private record PodName(String namespace, String name) {}

    /**
     * Tokens of which nothing is known yet.
     *
     * @param config of a client with the rights of Kitsune
     * @param clock says when a token is over
     */
    public PodTokens(Config config, KnownPods pods, InstantSource clock) {
        this(new ClusterTokenApi(new ApiConnection(config)), pods, clock);
    }

    PodTokens(TokenApi api, KnownPods pods, InstantSource clock) {
        this.api = api;
        this.pods = pods;
        this.memory = new TokenMemory(clock);
    }

    private static ThreadPoolExecutor threads() {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor made = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), task -> {
                    Thread thread = new Thread(task, "kubernetes-token-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        made.allowCoreThreadTimeOut(true);
        return made;
    }

    /** Returns what is known of the token. Never waits, and never fails. */
    public CompletableFuture<ReviewedToken> review(String token) {
        UnverifiedClaims claims = UnverifiedClaims.of(token);
        if (claims == null) {
            return now(new Wrong("this is no token of a service account of Kubernetes"));
        }
        if (!claims.audiences().contains(AUDIENCE)) {
            return now(new Wrong(OTHER_AUDIENCE));
        }
        if (claims.pod().isEmpty()) {
            return now(new Wrong(NO_POD));
        }
        PodIdentity pod = pods.find(claims.namespace(), claims.pod());
        if (pod == null || !pod.uid().equals(claims.uid())) {
            return now(new Unknown("the pod of this token was deleted, or Kitsune does not know it yet"));
        }
        String digest = TokenMemory.digest(token);
        ReviewedToken fresh = memory.fresh(digest);
        return fresh != null ? now(fresh) : ask(token, digest, claims);
    }

    private static CompletableFuture<ReviewedToken> now(ReviewedToken answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private synchronized CompletableFuture<ReviewedToken> ask(String token, String digest, UnverifiedClaims claims) {
        CompletableFuture<ReviewedToken> going = asked.get(digest);
        if (going != null) {
            return going;
        }
        PodName pod = new PodName(claims.namespace(), claims.pod());
        if (askedOfPods.getOrDefault(pod, 0) >= MOST_OF_A_POD) {
            return now(new Unknown("too many tokens of this pod are being checked"));
        }
        CompletableFuture<ReviewedToken> answer = new CompletableFuture<>();
        try {
            threads.execute(() -> answer(token, digest, claims, answer));
        } catch (RejectedExecutionException e) {
            LOG.debug("busy, or closed", e);
            return now(new Unknown("too many tokens are being checked"));
        }
        asked.put(digest, answer);
        askedOfPods.merge(pod, 1, Integer::sum);
        return answer;
    }

    private void answer(String token, String digest, UnverifiedClaims claims, CompletableFuture<ReviewedToken> answer) {
        ReviewedToken found = asked(token, digest, claims);
        synchronized (this) {
            asked.remove(digest);
            askedOfPods.computeIfPresent(
                    new PodName(claims.namespace(), claims.pod()), (pod, count) -> count > 1 ? count - 1 : null);
        }
        answer.complete(found);
    }

    private ReviewedToken asked(String token, String digest, UnverifiedClaims claims) {
        try {
            ReviewedToken found = api.review(token);
            memory.add(digest, found, claims.ends());
            allowed(null);
            return found;
        } catch (KubernetesClientException e) {
            if (ApiRefusal.is(e)) {
                allowed(e);
                return new Unknown("Kitsune may not ask the API server about tokens");
            }
            ReviewedToken earlier = memory.earlier(digest);
            return earlier == null ? new Unknown("the API server, which knows the token, does not answer") : earlier;
        } catch (RuntimeException e) {
            LOG.error("a token cannot be reviewed; {}", Fault.of(e).sentence());
            return new Unknown("the token cannot be checked");
        }
    }

    private synchronized void allowed(@Nullable KubernetesClientException refusal) {
        if (refusal != null && !forbidden) {
            LOG.warn(
                    "no proxy can connect, because Kitsune may not ask the API server about their tokens: {}. Let Kitsune"
                            + " create tokenreviews.authentication.k8s.io",
                    ApiRefusal.words(refusal));
        }
        forbidden = refusal != null;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        api.close();
    }
}
