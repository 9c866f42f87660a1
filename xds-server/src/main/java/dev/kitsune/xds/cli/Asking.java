package dev.kitsune.xds.cli;

import dev.kitsune.k8s.watch.NoClusterException;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.release.ReleaseEntry;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStatus;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes a request, and follows its progress. */
final class Asking {
    private final Saved saved;
    private final ObjectKey virtualEnvironment;
    private final ReleaseRequest request;
    private final PrintWriter err;
    private int release;
    private List<String> told = List.of();

    Asking(Saved saved, ObjectKey virtualEnvironment, ReleaseRequest request, PrintWriter err) {
        this.saved = saved;
        this.virtualEnvironment = virtualEnvironment;
        this.request = request;
        this.err = err;
    }

    /** {@code wait}: whether to wait until the release is active or archived */
    int ask(boolean wait) {
        try {
            saved.ask(virtualEnvironment, request);
            if (!wait) {
                say("requested; a running `kitsune serve` processes it, or else the next one. `kitsune history "
                        + request.virtualEnvironment() + "` shows the result");
                return ExitCode.OK;
            }
            say("requested; waiting for `kitsune serve` to process it");
            return saved.follow(virtualEnvironment, this::outcome);
        } catch (NoClusterException e) {
            throw CommandException.failed(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.FAILED;
        }
    }

    private Optional<Integer> outcome(ReleaseStatus status, @Nullable String waiting) {
        if (!isTaken(status) && release == 0) {
            if (request.id().equals(waiting)) {
                return Optional.empty();
            }
            say("another request replaced it");
            return Optional.of(ExitCode.FAILED);
        }
        if (release == 0) {
            release = status.pending() != null || status.active() == null
                    ? status.last()
                    : status.active().id();
        }
        return outcome(status);
    }

    private boolean isTaken(ReleaseStatus status) {
        return request.id().equals(status.request());
    }

    private Optional<Integer> outcome(ReleaseStatus status) {
        ReleaseEntry active = status.active();
        if (active != null && active.id() == release) {
            say("release " + release + " is active");
            return Optional.of(ExitCode.OK);
        }
        ReleaseEntry pending = status.pending();
        if (pending != null && pending.id() == release) {
            if (!pending.problems().equals(told)) {
                told = pending.problems();
                say("release " + release + " waits until " + pending.times().deadline() + " for these to be solved:");
                told.forEach(problem -> err.println("  " + problem));
                err.flush();
            }
            return Optional.empty();
        }
        ReleaseEntry ended = status.history().stream()
                .filter(e -> e.id() == release)
                .findFirst()
                .orElse(null);
        return ended(ended, status);
    }

    private Optional<Integer> ended(@Nullable ReleaseEntry ended, ReleaseStatus status) {
        if (ended == null) {
            boolean inVain = status.exceeded() && status.last() == release;
            say("release " + release + (inVain ? " has passed its deadline" : " is over")
                    + ", and its history is not kept");
            return Optional.of(ExitCode.FAILED);
        }
        say("release " + release + " is " + ended.phase());
        ended.problems().forEach(problem -> err.println("  " + problem));
        err.flush();
        return Optional.of(ended.times().activated() == null ? ExitCode.FAILED : ExitCode.OK);
    }

    private void say(String what) {
        err.println(request.virtualEnvironment() + ": " + what);
        err.flush();
    }
}
