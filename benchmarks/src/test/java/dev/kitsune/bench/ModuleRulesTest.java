package dev.kitsune.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.kitsune.envoy.translate.Translator;

/** The rules for imports in the benchmarks, each with its reason. */
@AnalyzeClasses(packages = "dev.kitsune", importOptions = DoNotIncludeTests.class)
class ModuleRulesTest {
    @ArchTest
    static final ArchRule nothingKnowsTheBenchmarks = noClasses()
            .that()
            .resideOutsideOfPackage("dev.kitsune.bench..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.kitsune.bench..")
            .because("neither the shipped program nor the demo contains benchmarks");

    @ArchTest
    static final ArchRule benchmarksTranslateNothing = noClasses()
            .that()
            .resideInAPackage("dev.kitsune.bench..")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Translator.class)
            .because("the benchmarks measure the whole program, with the resources that Envoys receive");

    @ArchTest
    static final ArchRule hasNoCycles = slices().matching("dev.(**)")
            .should()
            .beFreeOfCycles()
            .because("each measurement depends on the world that it measures, and never the reverse");

    @ArchTest
    static final ArchRule hasNoDumpingGrounds = noClasses()
            .should()
            .resideInAnyPackage("..util..", "..utils..", "..helper..", "..helpers..", "..common..")
            .because("a class belongs to the package of its purpose");
}
