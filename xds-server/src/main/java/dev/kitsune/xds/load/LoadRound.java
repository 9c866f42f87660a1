package dev.kitsune.xds.load;

import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.xds.delta.LoadBegun;
import dev.kitsune.xds.delta.LoadOutcome;
import dev.kitsune.xds.delta.LoadTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One load, for which several replicas are asked at once. Each says at once whether it has a stream of the proxy, or
 * when the proxy has opened one. Those that have one are waited for, because proxies that share a bootstrap also share
 * their name, and may have their streams at different replicas.
 */
final class LoadRound {
    /** In this time, a replica that works says whether it has a stream. */
    private static final Duration WORD = Duration.ofMillis(250);

    /** The time that an answer takes from one replica to another. */
    private static final Duration WAY = Duration.ofMillis(150);

    private final ScopeKey key;
    private final LoadTime time;
    private final List<AskedPlace> asked;
    private final long began = System.nanoTime();
    private final CompletableFuture<LoadAnswer> result = new CompletableFuture<>();

    private LoadRound(List<LoadPlace> places, ScopeKey key, LoadTime time) {
        this.key = key;
        this.time = time;
        this.asked = places.stream().map(AskedPlace::new).toList();
    }

    /** Returns the best answer of these replicas. */
    static CompletableFuture<LoadAnswer> of(List<LoadPlace> places, String nodeId, ScopeKey key, LoadTime time) {
        if (places.size() == 1) {
            return places.get(0).load(nodeId, key, time, () -> {});
        }
        LoadRound round = new LoadRound(places, key, time);
        round.ask(nodeId);
        return round.result;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Their last stages complete the result.
    private void ask(String nodeId) {
        for (AskedPlace one : asked) {
            one.place.load(nodeId, key, time, one).whenComplete(one::ended);
        }
        after(time.open().plus(WORD), this::missWords);
        after(time.whole().plus(WAY), this::end);
    }

    /** The timer goes when there is a result. */
    @SuppressWarnings("FutureReturnValueIgnored") // It has no result of its own.
    private void after(Duration pause, Runnable step) {
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        over.completeOnTimeout(true, pause.toMillis(), TimeUnit.MILLISECONDS).thenAccept(elapsed -> {
            if (elapsed) {
                step.run();
            }
        });
        result.whenComplete((answer, failure) -> over.complete(false));
    }

    private void missWords() {
        for (AskedPlace one : asked) {
            one.missWord();
        }
        decide();
    }

    private void decide() {
        LoadAnswer decided = decided();
        if (decided != null) {
            result.complete(decided);
        }
    }

    private synchronized @Nullable LoadAnswer decided() {
        LoadAnswer best = best();
        boolean isFound = isPatient() && best.outcome().isDecided();
        boolean mustWait = asked.stream().anyMatch(one -> one.isLoading() || (!isFound && one.isAwaited()));
        return mustWait ? null : best;
    }

    /** Nobody had a stream before. One that is silent may be the one, and only slow. */
    private boolean isPatient() {
        return !time.open().isZero();
    }

    private LoadAnswer best() {
        LoadAnswer best = LoadAnswer.noStream(key.virtualEnvironment());
        for (AskedPlace one : asked) {
            best = one.answer == null ? best : best.orBetter(one.answer);
        }
        return best;
    }

    /** The time is over. */
    private void end() {
        LoadAnswer best;
        synchronized (this) {
            best = best();
            if (asked.stream().anyMatch(AskedPlace::isLoading)) {
                best = best.orBetter(LoadAnswer.unacknowledged(LoadOutcome.UNACKNOWLEDGED, key.virtualEnvironment()));
            }
        }
        result.complete(best);
    }

    /** One replica. Its fields are guarded by the round. */
    private final class AskedPlace implements LoadBegun {
        private final LoadPlace place;
        private boolean isSilent;
        private boolean hasBegun;
        private @Nullable LoadAnswer answer;

        AskedPlace(LoadPlace place) {
            this.place = place;
            this.isSilent = place.isSilent();
        }

        boolean isLoading() {
            return hasBegun && answer == null;
        }

        boolean isAwaited() {
            return answer == null && (!isSilent || isPatient());
        }

        @Override
        public void begun() {
            synchronized (LoadRound.this) {
                hasBegun = true;
            }
        }

        void ended(@Nullable LoadAnswer said, @Nullable Throwable failure) {
            if (said == null) {
                result.completeExceptionally(
                        failure == null ? new IllegalStateException("a load without an answer") : failure);
                return;
            }
            synchronized (LoadRound.this) {
                answer = said;
            }
            decide();
        }

        void missWord() {
            synchronized (LoadRound.this) {
                if (hasBegun || answer != null) {
                    return;
                }
                isSilent = true;
            }
            place.saysNothing(began);
        }
    }
}
