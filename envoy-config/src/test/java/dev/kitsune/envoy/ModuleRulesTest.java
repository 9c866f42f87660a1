package dev.kitsune.envoy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules for imports in this module, each with its reason. Those of every module are with the module xds-server. */
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
}
