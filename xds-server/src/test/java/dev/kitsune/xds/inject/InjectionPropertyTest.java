package dev.kitsune.xds.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kitsune.k8s.inject.Injection;
import dev.kitsune.k8s.inject.Injector;
import dev.kitsune.k8s.inject.PodPatch;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Whatever a pod is, injecting adds what it names, keeps the rest, and adds nothing the second time. */
class InjectionPropertyTest {
    private static final Set<String> OURS = Set.of("kitsune-capture", "kitsune-envoy");
    private static final Set<String> ANNOTATIONS =
            Set.of("kitsune.dev/injected", "kitsune.dev/ca.yaml", "kitsune.dev/token.yaml");

    private final Injector injector = injector();

    private static Injector injector() {
        try {
            return InjectFile.EMPTY.injector("1.2.3");
        } catch (InjectFile.InjectFileException e) {
            throw new IllegalStateException(e);
        }
    }

    @Provide
    Arbitrary<Container> containers() {
        Arbitrary<String> names = Arbitraries.strings().withCharRange('a', 'z').ofLength(8);
        Arbitrary<String> texts = Arbitraries.strings().ofMaxLength(10);
        Arbitrary<@Nullable Long> users = Arbitraries.longs().between(1, 9_999).injectNull(0.5);
        return Combinators.combine(names, texts, users, Arbitraries.of("none", "preStop", "postStart", "both"))
                .as((name, text, user, hooks) -> {
                    ContainerBuilder container = new ContainerBuilder()
                            .withName(name)
                            .withImage(text)
                            .addToArgs(text)
                            .addNewEnv()
                            .withName(name)
                            .withValue(text)
                            .endEnv();
                    if (user != null) {
                        container.withNewSecurityContext().withRunAsUser(user).endSecurityContext();
                    }
                    if (hooks.equals("preStop") || hooks.equals("both")) {
                        container
                                .editOrNewLifecycle()
                                .withNewPreStop()
                                .withNewSleep(3L)
                                .endPreStop()
                                .endLifecycle();
                    }
                    if (hooks.equals("postStart") || hooks.equals("both")) {
                        container
                                .editOrNewLifecycle()
                                .withNewPostStart()
                                .withNewExec()
                                .withCommand(text)
                                .endExec()
                                .endPostStart()
                                .endLifecycle();
                    }
                    return container.build();
                });
    }

    @Provide
    Arbitrary<Pod> pods() {
        Arbitrary<List<Container>> lists = containers().list().ofMinSize(1).ofMaxSize(3);
        Arbitrary<@Nullable Long> grace = Arbitraries.longs().between(0, 100).injectNull(0.5);
        Arbitrary<List<String>> volumes =
                Arbitraries.strings().withCharRange('a', 'z').ofLength(9).list().ofMaxSize(2);
        return Combinators.combine(
                        lists,
                        containers().list().ofMaxSize(2),
                        grace,
                        volumes,
                        Arbitraries.of("Transparent", "Explicit"))
                .as((containers, initContainers, seconds, names, mode) -> {
                    PodBuilder pod = new PodBuilder()
                            .withNewMetadata()
                            .withGenerateName("cart-")
                            .addToLabels("kitsune.dev/app", "shop")
                            .addToLabels("kitsune.dev/component", "cart")
                            .addToLabels("kitsune.dev/version", "c1")
                            .addToAnnotations("kitsune.dev/app-port", "8080")
                            .addToAnnotations("kitsune.dev/capture", mode)
                            .endMetadata()
                            .withNewSpec()
                            .withContainers(containers)
                            .withInitContainers(initContainers)
                            .withTerminationGracePeriodSeconds(seconds)
                            .endSpec();
                    names.forEach(name -> pod.editSpec()
                            .addNewVolume()
                            .withName(name)
                            .withNewEmptyDir()
                            .endEmptyDir()
                            .endVolume()
                            .endSpec());
                    return pod.build();
                });
    }

    @Property(tries = 200)
    void itAddsWhatItNamesAndKeepsTheRest(@ForAll("pods") Pod pod) {
        Injection.Injected injection = (Injection.Injected) injector.inject(pod, true);
        Pod after = injection.pod();

        assertThat(after.getSpec().getInitContainers().stream().map(Container::getName))
                .contains("kitsune-envoy");
        assertThat(json(without(after, pod))).isEqualTo(json(pod));
        assertThat(injector.inject(after, true)).isInstanceOf(Injection.Unchanged.class);
        // The API server applies the difference.
        assertThat(PodPatch.applied(tree(pod), pod, after)).isEqualTo(tree(after));
    }

    /** Takes away what was added. */
    private static Pod without(Pod after, Pod before) {
        PodBuilder builder = new PodBuilder(after);
        ANNOTATIONS.forEach(
                name -> builder.editMetadata().removeFromAnnotations(name).endMetadata());
        List<Container> containers = before.getSpec().getContainers();
        for (int i = 0; i < containers.size(); i++) {
            if (containers.get(i).getLifecycle() == null) {
                builder.editSpec()
                        .editContainer(i)
                        .withLifecycle(null)
                        .endContainer()
                        .endSpec();
            } else if (containers.get(i).getLifecycle().getPreStop() == null) {
                builder.editSpec()
                        .editContainer(i)
                        .editLifecycle()
                        .withPreStop(null)
                        .endLifecycle()
                        .endContainer()
                        .endSpec();
            }
        }
        return builder.editSpec()
                .removeMatchingFromInitContainers(container -> OURS.contains(container.getName()))
                .removeMatchingFromVolumes(volume -> "kitsune".equals(volume.getName()))
                .withTerminationGracePeriodSeconds(before.getSpec().getTerminationGracePeriodSeconds())
                .endSpec()
                .build();
    }

    private static String json(Pod pod) {
        return Serialization.asJson(pod);
    }

    private static JsonNode tree(Pod pod) {
        return Serialization.unmarshal(json(pod), JsonNode.class);
    }
}
