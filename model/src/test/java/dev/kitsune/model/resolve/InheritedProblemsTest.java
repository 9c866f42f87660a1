package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.InheritedProblem;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A virtual environment knows the problems that it has because of its parent, and they are reported once. */
class InheritedProblemsTest {
    private static final String DEPLOYMENT = Shop.object(
            "AppDeployment",
            "shop",
            "a",
            "app: a, components: {web: {version: w1, routes: [{rule: 'Path(`/{{.Vars.path}}`)'}],"
                    + " variables: {need: {type: String, required: true}}, secrets: {pin: {required: true}}}}");
    private static final String PARENT = "environment: dev, release: {apps: {a: {appDeployment: a}}}, data: {variables:"
            + " {path: all, need: x}, secrets: {pin: {secretRef: {name: pin, key: pin}}}}";

    private final Mesh mesh = Shop.mesh()
            .secret("", "pin", "pin", "1234")
            .file("deployment.yaml", DEPLOYMENT)
            .file("p.yaml", Shop.virtualEnvironment("p", PARENT))
            .file("child.yaml", Shop.virtualEnvironment("child", "parent: p"))
            .file("grandchild.yaml", Shop.virtualEnvironment("grandchild", "parent: child"))
            .resolve();

    @AfterEach
    void whateverHappenedEqualsAFreshStart() {
        assertThat(mesh.resolution().snapshot().virtualEnvironments())
                .isEqualTo(mesh.fresh().snapshot().virtualEnvironments());
    }

    private List<ProblemCode> inherited(String name) {
        return mesh.virtualEnvironment(name).inheritedProblems().stream()
                .map(InheritedProblem::problem)
                .map(problem -> problem.code())
                .toList();
    }

    private void nothingIsInherited() {
        assertThat(inherited("child")).isEmpty();
        assertThat(inherited("grandchild")).isEmpty();
    }

    private void reportedOnceAndInherited(ProblemCode code) {
        assertThat(mesh.errors()).singleElement().satisfies(error -> assertThat(error)
                .contains(code.name(), "(in p)"));
        for (String name : List.of("child", "grandchild")) {
            assertThat(mesh.virtualEnvironment(name).problems()).isEmpty();
            assertThat(mesh.virtualEnvironment(name).inheritedProblems())
                    .singleElement()
                    .satisfies(
                            inherited -> assertThat(inherited.problem().code()).isEqualTo(code))
                    .satisfies(inherited ->
                            assertThat(inherited.problem().virtualEnvironment()).isNull())
                    .satisfies(inherited -> assertThat(inherited.from())
                            .isEqualTo(new ObjectKey(Kind.VirtualEnvironment, "shop", "p")));
        }
    }

    @ParameterizedTest
    @CsvSource({"need: x,need2: x,MissingVariable", "path: all,pith: all,UnknownVariable"})
    void aVariableThatTheParentLacks(String there, String instead, ProblemCode code) {
        nothingIsInherited();

        mesh.file("p.yaml", Shop.virtualEnvironment("p", PARENT.replace(there, instead)))
                .resolve();
        reportedOnceAndInherited(code);

        mesh.file("p.yaml", Shop.virtualEnvironment("p", PARENT)).resolve();
        nothingIsInherited();
    }

    @Test
    void aMissingSecret() {
        mesh.withoutSecret("", "pin").resolve();
        reportedOnceAndInherited(ProblemCode.MissingSecret);

        mesh.secret("", "pin", "pin", "1234").resolve();
        nothingIsInherited();
    }

    @Test
    void aMissingAppDeployment() {
        mesh.delete("deployment.yaml").resolve();
        reportedOnceAndInherited(ProblemCode.MissingAppDeployment);

        mesh.file("deployment.yaml", DEPLOYMENT).resolve();
        nothingIsInherited();
    }

    @Test
    void whatAChildOverridesIsNotItsProblem() {
        mesh.withoutSecret("", "pin")
                .file("p.yaml", Shop.virtualEnvironment("p", PARENT.replace("need: x", "need2: x")))
                .file("child.yaml", Shop.virtualEnvironment("child", "parent: p, data: {variables: {need: mine}}"))
                .resolve();

        assertThat(inherited("child")).containsExactly(ProblemCode.MissingSecret);
        assertThat(inherited("grandchild")).containsExactly(ProblemCode.MissingSecret);
    }

    @Test
    void aReleaseOfItsOwnReplacesTheParentsMissingAppDeployment() {
        mesh.delete("deployment.yaml")
                .file(
                        "child.yaml",
                        Shop.object("AppDeployment", "shop", "b", "app: a, components: {web: {version: w2}}"),
                        Shop.virtualEnvironment("child", "parent: p, release: {apps: {a: {appDeployment: b}}}"))
                .resolve();

        nothingIsInherited();
        assertThat(mesh.errors()).singleElement().satisfies(error -> assertThat(error)
                .contains("MissingAppDeployment", "(in p)"));
    }

    @Test
    void aReleaseOfAnotherAppInheritsTheMissingOne() {
        mesh.delete("deployment.yaml")
                .file(
                        "child.yaml",
                        Shop.object("AppDeployment", "shop", "b", "app: b, components: {web: {version: w2}}"),
                        Shop.virtualEnvironment("child", "parent: p, release: {apps: {b: {appDeployment: b}}}"))
                .resolve();

        assertThat(inherited("child")).containsExactly(ProblemCode.MissingAppDeployment);
        assertThat(mesh.resolution()
                        .trial(mesh.virtualEnvironment("child").name())
                        .passed())
                .as("an inherited problem delays no release")
                .isTrue();
    }

    @Test
    void itsOwnProblemIsNotInherited() {
        mesh.file("child.yaml", Shop.virtualEnvironment("child", "parent: p, unset: {variables: [need]}"))
                .resolve();

        assertThat(mesh.virtualEnvironment("child").problems())
                .extracting(problem -> problem.code())
                .containsExactly(ProblemCode.MissingVariable);
        assertThat(inherited("child")).isEmpty();
        assertThat(mesh.virtualEnvironment("grandchild").inheritedProblems())
                .extracting(InheritedProblem::from)
                .containsExactly(new ObjectKey(Kind.VirtualEnvironment, "shop", "child"));
    }
}
