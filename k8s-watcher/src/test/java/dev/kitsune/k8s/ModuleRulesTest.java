package dev.kitsune.k8s;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules for imports in this module, each with its reason. Those of every module are with the module xds-server. */
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
}
