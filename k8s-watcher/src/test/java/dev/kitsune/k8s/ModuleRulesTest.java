package dev.kitsune.k8s;

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
@AnalyzeClasses(packages = "dev.kitsune.k8s", importOptions = DoNotIncludeTests.class)
class ModuleRulesTest {
    @ArchTest
    static final ArchRule knowsNoTransport = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.envoyproxy..", "com.google.protobuf..", "io.grpc..", "dev.kitsune.envoy..")
            .because("this module is a source of manifests, and what is made of them is not its concern");

    @ArchTest
    static final ArchRule resolvesNothing = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.kitsune.model.resolve..", "dev.kitsune.xds..")
            .because("the pipeline is the same for every source, so no source knows its later stages");

    @ArchTest
    static final ArchRule hasNoCycles = slices().matching("dev.(**)")
            .should()
            .beFreeOfCycles()
            .because("packages are stages, and stages depend on each other in one direction");

    @ArchTest
    static final ArchRule hasNoDumpingGrounds = noClasses()
            .should()
            .resideInAnyPackage("..util..", "..utils..", "..helper..", "..helpers..", "..common..")
            .because("a class belongs to the stage that it serves");

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
