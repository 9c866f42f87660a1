package dev.kitsune.model.resolve;

import dev.kitsune.model.index.ChainState;
import dev.kitsune.model.index.Declarations;
import dev.kitsune.model.index.Details;
import dev.kitsune.model.index.Index;
import dev.kitsune.model.index.Reads;
import dev.kitsune.model.index.StepInputs;
import dev.kitsune.model.index.StepResults;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedWorkload;
import java.util.List;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * All that a resolution keeps for the next one.
 *
 * @param checks what is looked at by itself for its problems: objects, versions and rules
 * @param found all problems of resolving, those of the checks among them
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
    /** A look at all of it, for what is not a step. */
    Reads reads() {
        return new Reads(inputs);
    }

    Index index() {
        return inputs.index();
    }

    StepResults<String, ChainState> chains() {
        return inputs.chains();
    }

    Declarations declarations() {
        return inputs.declarations();
    }

    StepResults<String, Details> details() {
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
