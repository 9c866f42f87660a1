package dev.kitsune.model.resolve;

import dev.kitsune.model.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a virtual environment's chain.
 *
 * @param chain null where it is left out
 * @param kept whether the chain is that of the object's last good version, because the object is wrong as it stands now
 */
record ChainState(@Nullable Chain chain, boolean kept, List<Problem> problems) {}
