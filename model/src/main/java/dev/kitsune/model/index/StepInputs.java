package dev.kitsune.model.index;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sources of a step's facts: the objects, and the results of the previous steps.
 *
 * @param chains of each virtual environment, by its name
 * @param details of each virtual environment, by its name
 */
public record StepInputs(
        Index index,
        StepResults<VirtualEnvironmentName, ChainState> chains,
        Declarations declarations,
        StepResults<VirtualEnvironmentName, Details> details) {
    public static final StepInputs EMPTY =
            new StepInputs(Index.EMPTY, StepResults.empty(), Declarations.EMPTY, StepResults.empty());

    public StepInputs with(Index next) {
        return new StepInputs(next, chains, declarations, details);
    }

    /** {@code chain}: null if there is no virtual environment of that name */
    public StepInputs withChain(VirtualEnvironmentName name, @Nullable ChainState chain, Set<Fact> read) {
        return new StepInputs(
                index, chain == null ? chains.without(name) : chains.with(name, chain, read), declarations, details);
    }

    /** {@code declared}: the new declaration of each place; null if it no longer declares the version */
    public StepInputs withDeclared(
            ComponentVersion version, Map<Declarations.Place, Declarations.@Nullable Declared> declared) {
        return new StepInputs(index, chains, declarations.with(version, declared), details);
    }

    /** {@code found}: null if a fault prevented a result */
    public StepInputs withDetails(VirtualEnvironmentName name, @Nullable Details found, Set<Fact> read) {
        return new StepInputs(index, chains, declarations, details.with(name, found, read));
    }

    public StepInputs withoutDetails(VirtualEnvironmentName name) {
        return new StepInputs(index, chains, declarations, details.without(name));
    }
}
