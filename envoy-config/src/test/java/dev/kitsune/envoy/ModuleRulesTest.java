package dev.kitsune.envoy;

import static com.tngtech.archunit.base.DescribedPredicate.anyElementThat;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.concurrent.Callable;

/** The rules for imports in this module, each with its reason. */
@AnalyzeClasses(packages = "dev.kitsune.envoy", importOptions = DoNotIncludeTests.class)
class ModuleRulesTest {
    @ArchTest
    static final ArchRule servesNothing = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..", "io.envoyproxy.controlplane..", "dev.kitsune.xds..")
            .because("a resource does not depend on the stream or the client that receives it");

    @ArchTest
    static final ArchRule knowsNoKubernetes = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..", "io.kubernetes..")
            .because("translation only knows the resolved snapshot, and not the source of its manifests");

    @ArchTest
    static final ArchRule readsNoManifests = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.kitsune.model.read..", "dev.kitsune.model.resolve..")
            .because(
                    "a value that is read outside of the view is not recorded, so its change would make nothing stale");

    @ArchTest
    static final ArchRule readsNoClock = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.time.Clock")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.util\\.(Random|UUID)|java\\.security\\.SecureRandom")
            .because(
                    "versions are digests of the content, which must be the same on every replica and after every restart");

    @ArchTest
    static final ArchRule doesNoIo = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.file..", "java.net.http..")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.io\\.File.*|java\\.net\\..*Socket.*")
            .because("only the two ends of the pipeline do IO");

    @ArchTest
    static final ArchRule hasNoCycles = slices().matching("dev.(**)")
            .should()
            .beFreeOfCycles()
            .because("each package makes one kind of resource, and packages depend on each other in one direction");

    @ArchTest
    static final ArchRule hasNoDumpingGrounds = noClasses()
            .should()
            .resideInAnyPackage("..util..", "..utils..", "..helper..", "..helpers..", "..common..")
            .because("a class belongs to the resource that it makes");

    @ArchTest
    static final ArchRule seamsHaveNames = noCodeUnits()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .arePublic()
            .should()
            .haveRawParameterTypes(anyElementThat(
                    resideInAPackage("java.util.function").or(belongToAnyOf(Runnable.class, Callable.class))))
            .because("the type of a function that one stage gives to another must say what the function does");
}
