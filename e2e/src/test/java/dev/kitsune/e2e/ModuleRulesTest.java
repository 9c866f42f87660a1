package dev.kitsune.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.kitsune.e2e.http.PlainClient;
import dev.kitsune.envoy.translate.Translator;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;

/** The rules for imports in this module, each with its reason. */
@AnalyzeClasses(packages = "dev.kitsune", importOptions = DoNotIncludeTests.class)
class ModuleRulesTest {
    @ArchTest
    static final ArchRule productKnowsNoDemo = noClasses()
            .that()
            .resideInAnyPackage("dev.kitsune.model..", "dev.kitsune.envoy..", "dev.kitsune.xds..", "dev.kitsune.k8s..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.kitsune.e2e..")
            .because("the program in production does not contain its tests and its demo");

    @ArchTest
    static final ArchRule demoTranslatesNothing = noClasses()
            .that()
            .resideInAnyPackage("dev.kitsune.e2e..")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Translator.class)
            .because("the demo and the benchmarks use the whole program, with the resources that Envoys receive");

    @ArchTest
    static final ArchRule clientsAreMadeInOnePlace = noClasses()
            .that()
            .resideInAPackage("dev.kitsune.e2e..")
            .and()
            .areNotAssignableTo(PlainClient.class)
            .should()
            .callMethod(HttpClient.class, "newBuilder")
            .orShould()
            .callMethod(HttpClient.class, "newHttpClient")
            .because("the JDK reads its properties only once, before the first client");

    @ArchTest
    static final ArchRule processesAreStartedInOnePlace = noClasses()
            .that()
            .resideInAnyPackage("dev.kitsune.e2e.mesh..", "dev.kitsune.e2e.demo..", "dev.kitsune.e2e.app..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.ProcessBuilder")
            .because("a process that was started elsewhere does not end with Ctrl-C");

    @ArchTest
    static final ArchRule hasNoCycles = slices().matching("dev.(**)")
            .should()
            .beFreeOfCycles()
            .because("the demo depends on Envoys and meshes, and never the reverse");

    @ArchTest
    static final ArchRule hasNoDumpingGrounds = noClasses()
            .should()
            .resideInAnyPackage("..util..", "..utils..", "..helper..", "..helpers..", "..common..")
            .because("a class belongs to the package of its purpose");

    /** A name in an error, a profile or a review must identify one type. */
    @ArchTest
    static void everyTypeHasItsOwnName(JavaClasses classes) {
        Map<String, List<String>> byName = classes.stream()
                .filter(type ->
                        !type.isAnonymousClass() && !type.getSimpleName().equals("package-info"))
                .collect(groupingBy(JavaClass::getSimpleName, mapping(JavaClass::getName, toList())));
        byName.values().removeIf(types -> types.size() == 1);
        assertThat(byName).isEmpty();
    }

    /** Values that belong together must be a record with its own name. */
    @ArchTest
    static void noRecordHasMoreThanSevenComponents(JavaClasses classes) {
        assertThat(classes.stream().filter(JavaClass::isRecord)).isNotEmpty().allSatisfy(type -> assertThat(
                        type.getFields().stream()
                                .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC)))
                .as(type.getName())
                .hasSizeLessThanOrEqualTo(7));
    }
}
