package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.resolve.ProblemSource.CheckedObject;
import dev.kitsune.model.resolve.ProblemSource.ResolvedName;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FoundProblemsTest {
    private static final ObjectKey OBJECT = new ObjectKey(Kind.AppDeployment, "shop", "shop-main");
    private static final Problem SHARED =
            new Problem(ProblemCode.InvalidValue, new Position("a.yaml", 1, 1), OBJECT, "spec.app", "it is wrong");
    private static final ResolvedName A = new ResolvedName(new VirtualEnvironmentName("a"));
    private static final ResolvedName B = new ResolvedName(new VirtualEnvironmentName("b"));

    @Test
    void aSharedProblemIsListedForTheFirstVirtualEnvironment() {
        FoundProblems both = FoundProblems.NONE
                .with(B, List.of(SHARED.in(new VirtualEnvironmentName("b"))))
                .with(A, List.of(SHARED.in(new VirtualEnvironmentName("a"))));
        assertThat(both.of(OBJECT)).containsExactly(SHARED.in(new VirtualEnvironmentName("a")));
        assertThat(both.at(B)).containsExactly(SHARED.in(new VirtualEnvironmentName("b")));

        FoundProblems one = both.with(A, List.of());
        assertThat(one.of(OBJECT)).containsExactly(SHARED.in(new VirtualEnvironmentName("b")));
        assertThat(one.listed(SHARED)).isEqualTo(SHARED.in(new VirtualEnvironmentName("b")));
        assertThat(one.hasAny(Set.of(ProblemCode.InvalidValue))).isTrue();

        FoundProblems none = one.with(B, List.of());
        assertThat(none.all()).isEmpty();
        assertThat(none.listed(SHARED)).isNull();
        assertThat(none.hasAny(Set.of(ProblemCode.InvalidValue))).isFalse();
    }

    @Test
    void aProblemOfTheObjectItselfIsListedWithoutAVirtualEnvironment() {
        FoundProblems found = FoundProblems.NONE
                .with(A, List.of(SHARED.in(new VirtualEnvironmentName("a"))))
                .with(new CheckedObject(OBJECT), List.of(SHARED));

        assertThat(found.all()).containsExactly(SHARED);
        assertThat(found.with(new CheckedObject(OBJECT), List.of()).all())
                .containsExactly(SHARED.in(new VirtualEnvironmentName("a")));
    }

    @Test
    void aProblemOfTwoSourcesStaysUntilNeitherFindsIt() {
        ResolvedName again = new ResolvedName(new VirtualEnvironmentName("again"));
        FoundProblems twice = FoundProblems.NONE
                .with(A, List.of(SHARED.in(new VirtualEnvironmentName("a"))))
                .with(again, List.of(SHARED.in(new VirtualEnvironmentName("a"))));

        assertThat(twice.all()).containsExactly(SHARED.in(new VirtualEnvironmentName("a")));
        assertThat(twice.with(A, List.of()).all()).containsExactly(SHARED.in(new VirtualEnvironmentName("a")));
        assertThat(twice.with(A, List.of()).with(again, List.of()).all()).isEmpty();
    }
}
