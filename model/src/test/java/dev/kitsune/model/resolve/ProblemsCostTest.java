package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The problems of one change cost the same among ten and among thousands of objects with problems. */
class ProblemsCostTest {
    private static Mesh wrong(int count) {
        return Shop.mesh()
                .file(
                        "many.yaml",
                        IntStream.range(0, count)
                                .mapToObj(i -> Shop.virtualEnvironment("a" + i, "parent: nobody" + i)
                                        + Shop.virtualEnvironment(
                                                "b" + i, "parent: main, components: {cart: x" + i + "}"))
                                .collect(Collectors.joining()))
                .file("one.yaml", Shop.virtualEnvironment("one", "parent: nobody"))
                .resolve();
    }

    private static Mesh edited(int count) {
        Mesh mesh = wrong(count);
        assertThat(mesh.resolution().found().all()).hasSizeGreaterThanOrEqualTo(2 * count + 1);
        return mesh.file("one.yaml", Shop.virtualEnvironment("one", "parent: main, components: {cart: c9}"))
                .resolve();
    }

    @Test
    void aChangedObjectCostsOnlyItsOwnProblems() {
        Mesh few = edited(10);
        Mesh many = edited(1_000);

        assertThat(few.resolution().problemsInHand()).isPositive().isLessThan(10);
        assertThat(many.resolution().problemsInHand())
                .isEqualTo(few.resolution().problemsInHand());
        assertThat(many.resolution().touchedProblems())
                .as("its own problem, and the old and the new warning with the number of users of the frontend")
                .extracting(Problem::code)
                .containsExactlyInAnyOrder(
                        ProblemCode.MissingParent,
                        ProblemCode.NoWorkload,
                        ProblemCode.NoWorkload,
                        ProblemCode.NoWorkload);
    }

    @Test
    void anEditOfAnObjectWithoutProblemsExaminesNoProblems() {
        Mesh mesh = wrong(1_000).file("good.yaml", Shop.object("Environment", "", "calm", "data: {}"));

        mesh.resolve();

        assertThat(mesh.resolution().problemsInHand()).isZero();
        assertThat(mesh.resolution().touchedProblems()).isEmpty();
    }
}
