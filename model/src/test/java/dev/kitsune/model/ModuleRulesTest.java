package dev.kitsune.model;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules for imports in this module, each with its reason. Those of every module are with the module xds-server. */
@AnalyzeClasses(packages = "dev.kitsune.model", importOptions = DoNotIncludeTests.class)
class ModuleRulesTest {
    @ArchTest
    static final ArchRule knowsNoTransport = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.envoyproxy..", "com.google.protobuf..", "io.grpc..")
            .because("the meaning of manifests does not depend on Envoy, and translation is another module");

    @ArchTest
    static final ArchRule knowsNoKubernetes = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..", "io.kubernetes..")
            .because("the same manifests come from a folder and from Kubernetes");

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
            .because(
                    "a snapshot depends only on the files, so it is the same on every replica and after every restart");
}
