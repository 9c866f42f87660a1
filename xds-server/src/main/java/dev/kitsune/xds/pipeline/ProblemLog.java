package dev.kitsune.xds.pipeline;

import dev.kitsune.model.problem.Problem;
import java.util.Collection;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs problems when they appear and when they are resolved, and nothing about those that remain. */
public final class ProblemLog implements ServedStateListener {
    private static final Logger log = LoggerFactory.getLogger("problems");

    /**
     * One mistake in an object that ten thousand virtual environments share causes ten thousand problems. The log shows
     * the first ones.
     */
    private static final int SHOWN = 20;

    @Override
    public void served(ServedState state) {
        each("healed: ", state.problems().healed(), problem -> log.info("healed: {}", problem));
        each("", state.problems().appeared(), problem -> {
            if (problem.isError()) {
                log.error("{}", problem);
            } else {
                log.warn("{}", problem);
            }
        });
    }

    private static void each(String what, Collection<Problem> problems, Consumer<Problem> say) {
        problems.stream().limit(SHOWN).forEach(say);
        if (problems.size() > SHOWN) {
            log.info("{}and {} more: `kitsune check` and the inspection page list all", what, problems.size() - SHOWN);
        }
    }
}
