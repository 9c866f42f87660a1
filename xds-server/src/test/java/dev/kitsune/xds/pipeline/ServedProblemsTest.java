package dev.kitsune.xds.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.resolve.FoundProblems;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;

class ServedProblemsTest {
    private static final ObjectKey OBJECT = new ObjectKey(Kind.Adapter, "shop", "stripe");
    private static final Problem ONE = problem(1, OBJECT);
    private static final Problem OTHER = problem(2, OBJECT);
    private static final Problem OF_A_FILE = problem(3, null);

    private static Problem problem(int line, @Nullable ObjectKey object) {
        return new Problem(ProblemCode.InvalidValue, new Position("a.yaml", line, 1), object, "line " + line);
    }

    private static ServedProblems next(ServedProblems before, Problem... others) {
        return before.next(FoundProblems.NONE, Set.of(), List.of(others));
    }

    @Test
    void theyNameNewAndSolvedProblemsAndTheirObjects() {
        ServedProblems first = next(ServedProblems.NONE, OF_A_FILE, ONE);
        assertThat(first.appeared()).containsExactly(ONE, OF_A_FILE);
        assertThat(first.healed()).isEmpty();
        assertThat(first.all()).containsExactly(ONE, OF_A_FILE);

        ServedProblems second = next(first, OTHER, OF_A_FILE);
        assertThat(second.appeared()).containsExactly(OTHER);
        assertThat(second.healed()).containsExactly(ONE);
        assertThat(second.changedObjects()).containsExactly(OBJECT);
        assertThat(second.of(OBJECT)).containsExactly(OTHER);

        ServedProblems third = next(second, OTHER);
        assertThat(third.healed()).containsExactly(OF_A_FILE);
        assertThat(third.changedObjects()).as("the problem has no object").isEmpty();
    }

    @Test
    void theyAreNotReportedAgainAfterAFailure() {
        ServedState served =
                new ServedState(1, null, Set.of(), next(ServedProblems.NONE, ONE), HashTreePMap.empty(), null);

        ServedState failed = served.failed("a fault");

        assertThat(failed.problems().all()).containsExactly(ONE);
        assertThat(failed.problems().appeared()).isEmpty();
        assertThat(failed.problems().changedObjects()).isEmpty();
    }
}
