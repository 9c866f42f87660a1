package dev.kitsune.model.resolve;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.problem.Problem;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of a virtual environment's chain.
 *
 * @param chain null where it is left out
 * @param kept whether the chain is that of the object's last good version, because the object is wrong as it stands now
 * @param accepted the version of the object that the chain is made of, or would be; null where no version was ever good
 */
record ChainState(
        @Nullable Chain chain, boolean kept, @Nullable Manifest<?> accepted, List<Problem> problems) {
    /** Whether it means the same, wherever in a file the object stands by now. */
    boolean means(@Nullable ChainState other) {
        return other != null
                && kept == other.kept
                && Objects.equals(chain, other.chain)
                && problems.equals(other.problems);
    }

    /** The same, made of an object that stands elsewhere by now. */
    ChainState made(@Nullable Manifest<?> of) {
        return new ChainState(chain, kept, of, problems);
    }
}
