package dev.kitsune.model.resolve;

import dev.kitsune.model.index.ChainState;
import dev.kitsune.model.index.Declarations;
import dev.kitsune.model.index.Details;
import dev.kitsune.model.index.Index;
import dev.kitsune.model.index.Reads;
import dev.kitsune.model.index.StepInputs;
import dev.kitsune.model.index.StepResults;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedWorkload;
import java.util.List;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * The state that a resolution keeps for the next one.
 *
 * @param checks the separate checks of objects, versions and rules
 * @param found all problems of resolving, including those of the checks
 * @param workloads of each component version, by their objects
 */
record ResolutionState(
        StepInputs inputs,
        StepResults<ProblemSource, List<Problem>> checks,
        FoundProblems found,
        PMap<ComponentVersion, TreePMap<ObjectKey, ResolvedWorkload>> workloads,
        ComponentUses uses,
        Selections selections,
        RouteClaims claims) {
    /** Returns a reader of all facts, for code outside of the steps. */
    Reads reads() {
        return new Reads(inputs);
    }

    Index index() {
        return inputs.index();
    }

    StepResults<VirtualEnvironmentName, ChainState> chains() {
        return inputs.chains();
    }

    Declarations declarations() {
        return inputs.declarations();
    }

    StepResults<VirtualEnvironmentName, Details> details() {
        return inputs.details();
    }

    static final ResolutionState EMPTY = new ResolutionState(
            StepInputs.EMPTY,
            StepResults.empty(),
            FoundProblems.NONE,
            HashTreePMap.empty(),
            ComponentUses.NONE,
            Selections.NONE,
            RouteClaims.NONE);
}
