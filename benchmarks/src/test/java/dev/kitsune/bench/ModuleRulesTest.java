package dev.kitsune.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.kitsune.envoy.translate.Translator;

/** How the benchmarks may use the product, and each other. */
@AnalyzeClasses(packages = "dev.kitsune", importOptions = DoNotIncludeTests.class)
class ModuleRulesTest {
    @ArchTest
    static final ArchRule nothingKnowsTheBenchmarks = noClasses()
            .that()
            .resideOutsideOfPackage("dev.kitsune.bench..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.kitsune.bench..")
            .because("neither what ships nor the demo is built with its measurements");

    @ArchTest
    static final ArchRule benchmarksTranslateNothing = noClasses()
            .that()
            .resideInAPackage("dev.kitsune.bench..")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Translator.class)
            .because("what is measured is what Envoys are told, by the whole program");

    @ArchTest
    static final ArchRule hasNoCycles = slices().matching("dev.(**)")
            .should()
            .beFreeOfCycles()
            .because("each measurement stands on the world that it measures, not the other way round");

    @ArchTest
    static final ArchRule hasNoDumpingGrounds = noClasses()
            .should()
            .resideInAnyPackage("..util..", "..utils..", "..helper..", "..helpers..", "..common..")
            .because("a class belongs to what it is for");
}
