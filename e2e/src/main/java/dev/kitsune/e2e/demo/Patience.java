package dev.kitsune.e2e.demo;

import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.http.GatewayClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** Repeats a call without a pause until the answer is as expected. */
final class Patience {
    static final Duration AT_MOST = Duration.ofSeconds(20);

    private Patience() {}

    static Optional<Answer> await(GatewayClient client, Call call, Predicate<Answer> expected)
            throws InterruptedException {
        long deadline = System.nanoTime() + AT_MOST.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                Answer answer = client.send(call);
                if (expected.test(answer)) {
                    return Optional.of(answer);
                }
            } catch (IOException e) {
                // The next attempt may succeed. If none does, the caller reports that.
                Thread.onSpinWait();
            }
        }
        return Optional.empty();
    }
}
