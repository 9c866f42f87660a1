package dev.kitsune.k8s.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kitsune.k8s.identity.ReviewedToken.OfPod;
import dev.kitsune.k8s.identity.ReviewedToken.Unknown;
import dev.kitsune.k8s.identity.ReviewedToken.Wrong;
import dev.kitsune.k8s.read.PodIdentity;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PodTokensTest {
    private static final OfPod FRONT = new OfPod("shop", "front-1", "u1", "default");

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final KnownPods pods = new KnownPods(pod -> {});
    private final AtomicInteger asked = new AtomicInteger();
    private volatile TokenApi api = token -> FRONT;
    private final PodTokens tokens = new PodTokens(
            token -> {
                asked.incrementAndGet();
                return api.review(token);
            },
            pods,
            () -> now);

    PodTokensTest() {
        pods.pod(new PodIdentity(new ObjectKey(Kind.Workload, "shop", "front-1"), "u1", "default", null, List.of()));
    }

    @AfterEach
    void close() {
        tokens.close();
    }

    /** {@code signature}: makes tokens with the same claims differ */
    private String token(String audience, String pod, String uid, String signature) {
        String claims =
                "{\"aud\": [\"%s\"], \"exp\": %d, \"kubernetes.io\": {\"namespace\": \"shop\", \"pod\": {\"name\": \"%s\", \"uid\": \"%s\"}}}"
                        .formatted(audience, now.plusSeconds(3600).getEpochSecond(), pod, uid);
        return "e30." + Base64.getUrlEncoder().encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + "."
                + signature;
    }

    private ReviewedToken review(String token) throws Exception {
        return tokens.review(token).get(10, TimeUnit.SECONDS);
    }

    @Test
    void anAnswerIsAskedForOnceAndAgainAfterSomeMinutes() throws Exception {
        String token = token("kitsune", "front-1", "u1", "s");

        assertThat(review(token)).isEqualTo(FRONT);
        assertThat(review(token)).isEqualTo(FRONT);
        assertThat(asked).hasValue(1);
        now = now.plus(TokenMemory.FRESH);
        assertThat(review(token)).isEqualTo(FRONT);
        assertThat(asked).hasValue(2);
    }

    @Test
    void whatNamesNoPodOfTheWatchIsNotAskedFor() throws Exception {
        assertThat(review("text")).isInstanceOf(Wrong.class);
        assertThat(review(token("api", "front-1", "u1", "s"))).isInstanceOf(Wrong.class);
        assertThat(review(token("kitsune", "", "", "s"))).isInstanceOf(Wrong.class);
        assertThat(review(token("kitsune", "front-2", "u1", "s"))).isInstanceOf(Unknown.class);
        assertThat(review(token("kitsune", "front-1", "u2", "s"))).isInstanceOf(Unknown.class);
        assertThat(asked).hasValue(0);
    }

    @Test
    void anEarlierAnswerCountsWhileTheApiServerIsAway() throws Exception {
        String token = token("kitsune", "front-1", "u1", "s");
        String other = token("kitsune", "front-1", "u1", "t");
        assertThat(review(token)).isEqualTo(FRONT);

        api = any -> {
            throw new KubernetesClientException("no answer");
        };
        now = now.plus(TokenMemory.FRESH);
        assertThat(review(token)).isEqualTo(FRONT);
        assertThat(review(other)).isInstanceOf(Unknown.class);
        now = now.plus(Duration.ofHours(1));
        assertThat(review(token)).as("the token is over").isInstanceOf(Unknown.class);
    }

    @Test
    void manyWrongTokensOfAPodDelayNoOtherPod() throws Exception {
        pods.pod(new PodIdentity(new ObjectKey(Kind.Workload, "shop", "front-2"), "u2", "default", null, List.of()));
        OfPod second = new OfPod("shop", "front-2", "u2", "default");
        CountDownLatch slow = new CountDownLatch(1);
        api = token -> {
            if (token.endsWith(".right")) {
                return second;
            }
            await().until(() -> slow.getCount() == 0);
            return new Wrong("wrong");
        };
        List<CompletableFuture<ReviewedToken>> wrong = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            wrong.add(tokens.review(token("kitsune", "front-1", "u1", "wrong-" + i)));
        }

        assertThat(review(token("kitsune", "front-2", "u2", "right"))).isEqualTo(second);
        assertThat(asked.get()).isLessThan(10);
        slow.countDown();
        assertThat(wrong)
                .allSatisfy(one -> assertThat(one.get(10, TimeUnit.SECONDS)).isNotInstanceOf(OfPod.class));
    }

    @Test
    void oneTokenIsAskedForOnceHoweverManyCallsShowIt() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        api = token -> {
            await().until(() -> slow.getCount() == 0);
            return FRONT;
        };
        String token = token("kitsune", "front-1", "u1", "s");
        List<CompletableFuture<ReviewedToken>> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            calls.add(tokens.review(token));
        }
        slow.countDown();

        assertThat(calls)
                .allSatisfy(one -> assertThat(one.get(10, TimeUnit.SECONDS)).isEqualTo(FRONT));
        assertThat(asked).hasValue(1);
    }
}
