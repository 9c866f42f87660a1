package dev.kitsune.xds;

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
import dev.kitsune.envoy.translate.Translator;
import dev.kitsune.model.problem.Fault;
import java.util.concurrent.Callable;

/** How the parts of this module may use each other. */
@AnalyzeClasses(packages = "dev.kitsune", importOptions = DoNotIncludeTests.class)
class ModuleRulesTest {
    @ArchTest
    static final ArchRule knowsNoKubernetes = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..", "io.kubernetes..")
            .because("this program serves a folder without Kubernetes; the watcher is a module of its own");

    @ArchTest
    static final ArchRule onlyCommandsKnowTheCommandLine = noClasses()
            .that()
            .resideOutsideOfPackages("dev.kitsune", "dev.kitsune.xds.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..", "dev.kitsune.xds.cli..")
            .because("tests, the demo and benchmarks use the control plane without it");

    @ArchTest
    static final ArchRule onlyInspectionSpeaksHttp = noClasses()
            .that()
            .resideOutsideOfPackage("dev.kitsune.xds.inspect..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..")
            .because("inspection looks at the pipeline, and no stage knows that it is looked at");

    @ArchTest
    static final ArchRule commandsAndStagesDoNotTranslate = noClasses()
            .that()
            .resideInAnyPackage("dev.kitsune.xds.folder..", "dev.kitsune.xds.pipeline..", "dev.kitsune.xds.inspect..")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Translator.class)
            .because("resources are made in one place, the store, which knows what made them stale");

    @ArchTest
    static final ArchRule nothingButTheLoggingApi = noClasses()
            .that()
            // It sets what gRPC logs, which has a log of its own.
            .doNotHaveFullyQualifiedName("dev.kitsune.xds.server.BrokenConnections")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.util.logging..", "ch.qos.logback..")
            .because("code logs by SLF4J, and the configuration file says where to");

    @ArchTest
    static final ArchRule hasNoCycles = slices().matching("dev.(**)")
            .should()
            .beFreeOfCycles()
            .because("packages are stages, and stages have one direction");

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
            .and()
            // It stands in place of try and catch, which take code of any meaning.
            .areNotDeclaredIn(Fault.class)
            .should()
            .haveRawParameterTypes(anyElementThat(
                    resideInAPackage("java.util.function").or(belongToAnyOf(Runnable.class, Callable.class))))
            .because("a function that one stage gives to another says by its type what it is asked for");
}
