package dev.kitsune.model.index;

import dev.kitsune.model.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSet;

/**
 * What became of a virtual environment's chain.
 *
 * @param chain null where it is left out
 * @param kept whether the chain is that of the object's last good version, because the object is wrong as it stands now
 * @param lastGoodAncestors the ancestors that the chain has in their last good version, while another one is written
 */
public record ChainState(@Nullable Chain chain, boolean kept, PSet<String> lastGoodAncestors, List<Problem> problems) {}
