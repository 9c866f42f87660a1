package dev.kitsune.k8s.inject;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is added to a pod, and which pods are refused. */
class InjectorTest {
    private static final String LABELS =
            "kitsune.dev/inject: enabled, kitsune.dev/app: shop, kitsune.dev/component: cart, kitsune.dev/version: c1";

    private final Injector injector = new Injector(
            InjectSettings.usual("1.2.3"),
            sidecar -> new SidecarFiles(
                    "{\"sidecar\": \"%s\", \"pod\": \"$(POD_NAME)\", \"regex\": \"a$\"}".formatted(sidecar),
                    Map.of("token.yaml", "where the token is")),
            "1.2.3");

    private static Pod pod(String annotations, String spec) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {generateName: cart-, labels: {%s}, annotations: {%s}}
                spec: {%s}
                """.formatted(LABELS, annotations, spec), Pod.class);
    }

    private static Pod pod() {
        return pod("", "containers: [{name: app, image: cart, ports: [{containerPort: 8080}]}]");
    }

    private Pod injected(Pod pod) {
        Injection injection = injector.inject(pod, false);
        assertThat(injection).as("%s", injection).isInstanceOf(Injection.Injected.class);
        return ((Injection.Injected) injection).pod();
    }

    private String refused(Pod pod) {
        Injection injection = injector.inject(pod, false);
        assertThat(injection).as("%s", injection).isInstanceOf(Injection.RefusedPod.class);
        return ((Injection.RefusedPod) injection)
                .refusals().stream().map(InjectionRefusal::toString).collect(Collectors.joining("\n"));
    }

    private static List<String> names(List<Container> containers) {
        return containers.stream().map(Container::getName).toList();
    }

    private static Container envoy(Pod pod) {
        return pod.getSpec().getInitContainers().stream()
                .filter(container -> container.getName().equals("kitsune-envoy"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theSidecarStartsBeforeWhateverElseThePodRuns() {
        Pod pod = injected(pod("", """
                initContainers: [{name: migrate, image: m}],
                containers: [{name: app, image: cart, ports: [{containerPort: 8080}]}]
                """));

        assertThat(names(pod.getSpec().getInitContainers()))
                .containsExactly("kitsune-capture", "kitsune-envoy", "migrate");
        assertThat(envoy(pod).getRestartPolicy()).isEqualTo("Always");
        assertThat(envoy(pod).getStartupProbe().getHttpGet().getPort().getIntVal())
                .isEqualTo(15421);
    }

    @Test
    void onlyTheCaptureHasPrivileges() {
        Pod pod = injected(pod("", """
                securityContext: {runAsNonRoot: true, runAsUser: 1000},
                containers: [{name: app, image: cart, ports: [{containerPort: 8080}]}]
                """));
        Container capture = pod.getSpec().getInitContainers().get(0);

        assertThat(capture.getSecurityContext().getCapabilities().getAdd()).containsExactly("NET_ADMIN", "NET_RAW");
        assertThat(capture.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(capture.getSecurityContext().getRunAsUser()).isZero();
        assertThat(capture.getSecurityContext().getRunAsNonRoot()).isFalse();
        assertThat(envoy(pod).getSecurityContext().getCapabilities().getAdd()).isEmpty();
        assertThat(envoy(pod).getSecurityContext().getRunAsUser()).isEqualTo(15400);
        assertThat(envoy(pod).getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSpec().getSecurityContext().getRunAsUser()).isEqualTo(1000);
    }

    @Test
    void explicitModeHasNoPrivileges() {
        Pod pod = injected(pod(
                "kitsune.dev/capture: Explicit",
                "containers: [{name: app, image: cart, ports: [{containerPort: 8080}]}]"));

        assertThat(names(pod.getSpec().getInitContainers())).containsExactly("kitsune-envoy");
    }

    @Test
    void theKubeletFillsInTheNameAndNothingElse() {
        assertThat(envoy(injected(pod())).getArgs().get(1))
                .contains("$(POD_NAME)", "a$$")
                .doesNotContain("$$(");
    }

    @Test
    void filesBesideTheTokenStandInAnnotations() {
        Pod pod = injected(pod());

        assertThat(pod.getMetadata().getAnnotations()).containsEntry("kitsune.dev/token.yaml", "where the token is");
        assertThat(Serialization.asJson(pod.getSpec().getVolumes()))
                .contains("metadata.annotations['kitsune.dev/token.yaml']", "\"audience\":\"kitsune\"", "kitsune-ca");
    }

    @Test
    void appsGoOnForAMoment() {
        Pod pod = injected(pod("", """
                terminationGracePeriodSeconds: 60,
                containers: [{name: app, image: cart, ports: [{containerPort: 8080}],
                    lifecycle: {postStart: {exec: {command: [a]}}}},
                  {name: own, image: b, lifecycle: {preStop: {exec: {command: [wait]}}}}]
                """));

        assertThat(pod.getSpec().getTerminationGracePeriodSeconds()).isEqualTo(65);
        List<Container> containers = pod.getSpec().getContainers();
        assertThat(containers.get(0).getLifecycle().getPreStop().getSleep().getSeconds())
                .isEqualTo(5);
        assertThat(containers.get(0).getLifecycle().getPostStart()).isNotNull();
        assertThat(containers.get(1).getLifecycle().getPreStop().getSleep()).isNull();
    }

    @Test
    void whatIsExcludedIsThatOfAllPodsAndOfThisOne() {
        Pod pod = injected(pod(
                "kitsune.dev/capture-exclude-ports: '3306, 53', kitsune.dev/capture-exclude-cidrs: 10.1.0.0/16",
                "containers: [{name: app, image: cart, ports: [{containerPort: 8080}]}]"));

        assertThat(pod.getSpec().getInitContainers().get(0).getCommand().get(2))
                .contains("--dport 53 ", "--dport 3306 ", "-d 10.1.0.0/16 ")
                .doesNotContain("$(");
    }

    @Test
    void theOnlyPortOrTheOneNamedHttpIsThatOfTheApp() {
        assertThat(envoy(injected(pod("", """
                containers: [{name: app, image: cart, ports: [{containerPort: 9090, name: metrics}, {containerPort: 8081, name: http}]}]
                """))).getArgs().get(1)).contains("appPort=8081");
        assertThat(envoy(injected(pod("kitsune.dev/app-port: '9000'", "containers: [{name: app, image: cart}]")))
                        .getArgs()
                        .get(1))
                .contains("appPort=9000");
    }

    @Test
    void injectingAgainChangesNothing() {
        Pod once = injected(pod());

        assertThat(injector.inject(once, false)).isInstanceOf(Injection.Unchanged.class);
        Pod changedByAnother = new PodBuilder(once)
                .editSpec()
                .addNewContainer()
                .withName("added")
                .withImage("other")
                .endContainer()
                .endSpec()
                .build();
        assertThat(injector.inject(changedByAnother, false)).isInstanceOf(Injection.Unchanged.class);
    }

    @Test
    void whatAnotherWebhookAddsMustNotBypassTheSidecar() {
        Pod bypassing = new PodBuilder(injected(pod()))
                .editSpec()
                .addNewContainer()
                .withName("added")
                .withNewSecurityContext()
                .withRunAsUser(15400L)
                .endSecurityContext()
                .endContainer()
                .endSpec()
                .build();

        assertThat(refused(bypassing)).contains("spec.containers[1].securityContext.runAsUser", "added");
    }

    @ParameterizedTest
    @CsvSource({"enabled, false, true", "disabled, true, false", ", true, true", ", false, false"})
    void thePodsLabelDecidesBeforeThatOfItsNamespace(String label, boolean namespace, boolean sidecar) {
        PodBuilder builder = new PodBuilder(pod())
                .editMetadata()
                .removeFromLabels("kitsune.dev/inject")
                .endMetadata();
        if (label != null) {
            builder.editMetadata().addToLabels("kitsune.dev/inject", label).endMetadata();
        }

        assertThat(injector.inject(builder.build(), namespace))
                .isInstanceOf(sidecar ? Injection.Injected.class : Injection.Unchanged.class);
    }

    @Test
    void aLabelThatIsNeitherYesNorNoIsRefused() {
        Pod pod = new PodBuilder(pod())
                .editMetadata()
                .addToLabels("kitsune.dev/inject", "true")
                .endMetadata()
                .build();

        assertThat(refused(pod)).contains("metadata.labels[kitsune.dev/inject]", "disabled, enabled");
    }

    private static final String APP = "containers: [{name: app, image: a, ports: [{containerPort: 8080}]";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hostNetwork: true, " + APP + "}] | spec.hostNetwork | remove hostNetwork",
                "securityContext: {runAsUser: 15400}, " + APP + "}] | spec.securityContext.runAsUser | another user",
                APP
                        + ", securityContext: {runAsUser: 15400}}] | spec.containers[0].securityContext.runAsUser | the container app",
                "initContainers: [{name: i, image: b, securityContext: {runAsUser: 15400}}], " + APP
                        + "}] | spec.initContainers[0].securityContext.runAsUser | the container i",
                "containers: [{name: app, image: a, ports: [{containerPort: 15406}]}] | spec.containers[0].ports[0].containerPort | 15406",
                "containers: [{name: app, image: a}] | spec.containers | kitsune.dev/app-port",
                "containers: [{name: app, image: a, ports: [{containerPort: 1}, {containerPort: 2}]}] | spec.containers | 1, 2",
                "containers: [{name: app, image: a, ports: [{containerPort: 53, protocol: UDP}]}] | spec.containers | no container port",
                "os: {name: windows}, " + APP + "}] | spec.os.name | Linux",
                APP + "}, {name: kitsune-envoy, image: b}] | spec.containers[1].name | another one",
                "volumes: [{name: kitsune, emptyDir: {}}], " + APP + "}] | spec.volumes[0].name | another one"
            })
    void aPodThatCannotLiveWithASidecarIsRefused(String row) {
        String[] parts = row.split(" \\| ", -1);

        assertThat(refused(pod("", parts[0]))).contains(parts[1] + ": ").contains(parts[2]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app-prt: '1' | did you mean \"kitsune.dev/app-port\"",
                "app-port: http | a number from 1 to 65535",
                "app-port: '15401' | a port of the sidecar",
                "capture: transparent | did you mean \"Transparent\"",
                "capture-exclude-ports: '1,x' | \"x\" is no port",
                "capture-exclude-cidrs: '0.0.0.0/0' | kitsune.dev/capture: Explicit",
                "scopes: lazy | on-demand",
                "environment: Not_A_Name | Not_A_Name",
                "injected: yes | only Kitsune sets this annotation"
            })
    void anAnnotationThatCannotBeIsRefused(String row) {
        String[] parts = row.split(" \\| ", -1);
        String key = parts[0].substring(0, parts[0].indexOf(':'));

        assertThat(refused(pod("kitsune.dev/" + parts[0], APP + "}]")))
                .contains("metadata.annotations[kitsune.dev/" + key + "]: ")
                .contains(parts[1]);
    }

    @Test
    void labelsThatAreMissingAreNamed() {
        Pod pod = new PodBuilder(pod())
                .editMetadata()
                .removeFromLabels("kitsune.dev/component")
                .endMetadata()
                .build();

        assertThat(refused(pod)).contains("kitsune.dev/component", "app.kubernetes.io/name");
    }

    @Test
    void ownersAreWarnedOfVersionsOfCharts() {
        Pod pod = Serialization.unmarshal("""
                metadata: {labels: {kitsune.dev/inject: enabled, app.kubernetes.io/part-of: shop,
                  app.kubernetes.io/name: cart, app.kubernetes.io/version: "1.0", app.kubernetes.io/managed-by: Helm}}
                spec: {%s}]}
                """.formatted(APP), Pod.class);

        Injection.Injected injection = (Injection.Injected) injector.inject(pod, false);

        assertThat(injection.warnings()).singleElement().asString().contains("kitsune.dev/version");
    }
}
