package dev.kitsune.xds.identity;

import java.util.concurrent.CompletionStage;

/** Finds out who calls. Is asked at every call, so it should remember its answers. */
@FunctionalInterface
public interface CallerCheck {
    /**
     * Must not block.
     *
     * @return fails with a {@link CallRefusedException} if the call shall be refused
     */
    CompletionStage<Caller> check(Credentials credentials);
}
