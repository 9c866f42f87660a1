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

/**
 * The rules for imports in this module, each with its reason. The last three are for the whole program, because this
 * module has all the others on its class path.
 */
@AnalyzeClasses(packages = "dev.kitsune", importOptions = DoNotIncludeTests.class)
class ModuleRulesTest {
    @ArchTest
    static final ArchRule onlyTheWatcherSpeaksToKubernetes = noClasses()
            .that()
            .resideOutsideOfPackage("dev.kitsune.k8s..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..", "io.kubernetes..")
            .because("a cluster is one source among others, and the watcher is a module of its own");

    @ArchTest
    static final ArchRule onlyCommandsKnowTheCommandLine = noClasses()
            .that()
            .resideOutsideOfPackages("dev.kitsune", "dev.kitsune.xds.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..", "dev.kitsune.xds.cli..")
            .because("tests, the demo and benchmarks use the control plane without commands");

    @ArchTest
    static final ArchRule onlyInspectionAndTheWebhookSpeakHttp = noClasses()
            .that()
            .resideOutsideOfPackages("dev.kitsune.xds.inspect..", "dev.kitsune.xds.inject..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..")
            .because(
                    "inspection reads the state of the pipeline, the webhook reads nothing of it, and no stage depends on them");

    @ArchTest
    static final ArchRule commandsAndStagesDoNotTranslate = noClasses()
            .that()
            .resideInAnyPackage("dev.kitsune.xds.folder..", "dev.kitsune.xds.pipeline..", "dev.kitsune.xds.inspect..")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Translator.class)
            .because("only the store makes resources, because it knows when they are stale");

    @ArchTest
    static final ArchRule nothingButTheLoggingApi = noClasses()
            .that()
            // This class configures the logging of gRPC, which uses another library.
            .doNotHaveFullyQualifiedName("dev.kitsune.xds.server.BrokenConnections")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.util.logging..", "ch.qos.logback..")
            .because("code logs with SLF4J, and the configuration file decides where the log goes");

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
            .and()
            // Fault replaces try and catch, so it accepts any code.
            .areNotDeclaredIn(Fault.class)
            .should()
            .haveRawParameterTypes(anyElementThat(
                    resideInAPackage("java.util.function").or(belongToAnyOf(Runnable.class, Callable.class))))
            .because("the type of a function that one stage gives to another must say what the function does");
}
