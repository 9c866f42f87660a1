package dev.kitsune.xds.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.envoy.scope.Loading;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.delta.LoadBegun;
import dev.kitsune.xds.delta.LoadOutcome;
import dev.kitsune.xds.delta.LoadTime;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Replicas say what the test lets them say. */
class LoadRoundTest {
    private static final VirtualEnvironmentName A = new VirtualEnvironmentName("a");
    private static final ScopeKey KEY = ScopeKey.parse("gw/a");
    private static final LoadAnswer NO_STREAM = LoadAnswer.noStream(A);
    private static final LoadAnswer ENDED = LoadAnswer.unacknowledged(LoadOutcome.ENDED, A);
    private static final LoadAnswer NOTHING = new LoadAnswer(LoadOutcome.NOTHING, Loading.unknown(A));
    private static final long PATIENCE_SECONDS = 20;

    /** Longer than any test. */
    private static final Duration LONG = Duration.ofMinutes(5);

    private static final LoadTime AT_ONCE = new LoadTime(Duration.ZERO, LONG);
    private static final LoadTime WAITING = new LoadTime(LONG.minusMinutes(1), LONG);

    private final Place one = new Place();
    private final Place two = new Place();
    private final Place three = new Place();

    private static final class Place implements LoadPlace {
        private final CompletableFuture<LoadAnswer> answer = new CompletableFuture<>();
        private @Nullable LoadBegun begun;
        private volatile boolean silent;

        @Override
        public CompletableFuture<LoadAnswer> load(String nodeId, ScopeKey key, LoadTime time, LoadBegun hears) {
            begun = hears;
            return answer;
        }

        void begins() {
            Objects.requireNonNull(begun).begun();
        }

        void says(LoadAnswer what) {
            answer.complete(what);
        }

        @Override
        public boolean isSilent() {
            return silent;
        }

        @Override
        public void saysNothing(long since) {
            silent = true;
        }
    }

    private CompletableFuture<LoadAnswer> ask(LoadTime time) {
        return LoadRound.of(List.of(one, two, three), "p", KEY, time);
    }

    private static LoadAnswer now(CompletableFuture<LoadAnswer> result) {
        return result.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Test
    void theReplicaWithTheStreamAnswers() {
        CompletableFuture<LoadAnswer> result = ask(AT_ONCE);
        one.says(NO_STREAM);
        two.begins();
        three.says(NO_STREAM);
        assertThat(result).isNotDone();

        two.says(NOTHING);
        assertThat(result).isCompletedWithValue(NOTHING);
    }

    /** Proxies with one bootstrap have one name, and nobody knows which of them has called. */
    @Test
    void allReplicasWithAStreamAreWaitedForAndTheBestAnswerCounts() {
        CompletableFuture<LoadAnswer> result = ask(AT_ONCE);
        one.begins();
        two.begins();
        three.says(NO_STREAM);
        one.says(NOTHING);
        assertThat(result).isNotDone();

        two.says(LoadAnswer.LOADED);
        assertThat(result).isCompletedWithValue(LoadAnswer.LOADED);
    }

    @Test
    void nobodyHasTheStream() {
        CompletableFuture<LoadAnswer> result = ask(AT_ONCE);
        List.of(one, two, three).forEach(place -> place.says(NO_STREAM));
        assertThat(result).isCompletedWithValue(NO_STREAM);
    }

    @Test
    void aStreamThatHasEndedIsKnown() {
        CompletableFuture<LoadAnswer> result = ask(AT_ONCE);
        one.says(NO_STREAM);
        two.says(ENDED);
        three.says(NO_STREAM);
        assertThat(result).isCompletedWithValue(ENDED);
    }

    @Test
    void aReplicaThatHangsIsMissedOnceAndThenNotWaitedFor() {
        CompletableFuture<LoadAnswer> result = ask(AT_ONCE);
        one.says(NO_STREAM);
        two.says(LoadAnswer.LOADED);
        assertThat(now(result)).isEqualTo(LoadAnswer.LOADED);
        assertThat(three.isSilent()).isTrue();
        assertThat(one.isSilent()).isFalse();

        assertThat(ask(AT_ONCE)).as("one and two have answered").isCompletedWithValue(LoadAnswer.LOADED);
    }

    /** It may only have been slow. */
    @Test
    void aReplicaThatWasSilentIsWaitedForWhenItHasTheStream() {
        three.silent = true;
        CompletableFuture<LoadAnswer> result = ask(AT_ONCE);
        three.begins();
        one.says(NO_STREAM);
        two.says(NO_STREAM);
        assertThat(result).isNotDone();

        three.says(LoadAnswer.LOADED);
        assertThat(result).isCompletedWithValue(LoadAnswer.LOADED);
    }

    @Test
    void theFirstStreamThatIsOpenedIsEnough() {
        CompletableFuture<LoadAnswer> result = ask(WAITING);
        two.begins();
        assertThat(result).isNotDone();
        two.says(LoadAnswer.LOADED);
        assertThat(result).isCompletedWithValue(LoadAnswer.LOADED);
    }

    /** Until then, nobody had one. */
    @Test
    void aSilentReplicaMayStillHaveTheStreamIfNobodyElseHasOne() {
        three.silent = true;
        CompletableFuture<LoadAnswer> result = ask(WAITING);
        one.says(NO_STREAM);
        two.says(NO_STREAM);
        assertThat(result).isNotDone();
        three.says(LoadAnswer.LOADED);
        assertThat(result).isCompletedWithValue(LoadAnswer.LOADED);

        Duration soon = Duration.ofMillis(10);
        three.silent = true;
        CompletableFuture<LoadAnswer> never =
                LoadRound.of(List.of(one, new Place()), "p", KEY, new LoadTime(soon, soon));
        assertThat(now(never)).isEqualTo(NO_STREAM);
    }

    @Test
    void aProxyThatDoesNotAcknowledgeIsNamedWhenTheTimeIsOver() {
        CompletableFuture<LoadAnswer> result = ask(new LoadTime(Duration.ZERO, Duration.ofMillis(10)));
        one.says(NO_STREAM);
        two.begins();

        assertThat(now(result)).isEqualTo(LoadAnswer.unacknowledged(LoadOutcome.UNACKNOWLEDGED, A));
    }

    @Test
    void aFaultHereIsNoAnswer() {
        CompletableFuture<LoadAnswer> result = ask(AT_ONCE);
        one.answer.completeExceptionally(new IllegalStateException("a bug"));
        assertThatThrownBy(() -> now(result))
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("a bug");
    }
}
