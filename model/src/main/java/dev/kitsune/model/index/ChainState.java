package dev.kitsune.model.index;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSet;

/**
 * The result of resolving a virtual environment's chain.
 *
 * @param chain the chain; null if the virtual environment is left out
 * @param kept whether the chain is that of the object's last good version, because the current object has an error
 * @param lastGoodAncestors the ancestors whose last good version the chain uses in place of the current one
 */
public record ChainState(
        @Nullable Chain chain, boolean kept, PSet<VirtualEnvironmentName> lastGoodAncestors, List<Problem> problems) {}
