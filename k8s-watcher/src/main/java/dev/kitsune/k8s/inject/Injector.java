package dev.kitsune.k8s.inject;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kitsune.k8s.read.LabelledPod;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.LifecycleBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Gives pods their sidecars. The webhook and {@code kitsune inject} both use it, so they make the same pods. */
public final class Injector {
    private static final long USUAL_GRACE_SECONDS = 30;

    private final InjectSettings settings;
    private final SidecarBootstrap bootstrap;
    private final String version;
    private final SidecarParts parts;

    /** {@code version}: of Kitsune, to say who has injected a sidecar */
    public Injector(InjectSettings settings, SidecarBootstrap bootstrap, String version) {
        this.settings = settings;
        this.bootstrap = bootstrap;
        this.version = version;
        this.parts = new SidecarParts(settings);
    }

    /**
     * Gives a pod its sidecar, if it is to have one.
     *
     * @param pod with or without a name and a namespace
     * @param namespaceEnabled whether the label of its namespace says that its pods have sidecars
     */
    public Injection inject(Pod pod, boolean namespaceEnabled) {
        if (!LabelledPod.wantsSidecar(pod, namespaceEnabled)) {
            return new Injection.Unchanged();
        }
        PodSpec spec = pod.getSpec() == null ? new PodSpec() : pod.getSpec();
        List<InjectionRefusal> refusals = new ArrayList<>();
        SidecarConflicts conflicts = new SidecarConflicts(spec, settings.uid(), refusals);
        conflicts.find();
        if (isInjected(pod)) {
            return refusals.isEmpty() ? new Injection.Unchanged() : new Injection.RefusedPod(refusals);
        }
        conflicts.findNames();
        SidecarRequest request = new SidecarRequest.RequestReader(
                        new PodBuilder(pod).withSpec(spec).build(), settings, refusals)
                .read();
        return request == null ? new Injection.RefusedPod(refusals) : injected(pod, request);
    }

    /**
     * The same for a template of pods, or for a pod, in which everything else stays.
     *
     * @param template with metadata and spec
     * @throws IllegalArgumentException if it has not the form of a pod
     */
    public Injection.OfTemplate injectTemplate(JsonNode template, boolean namespaceEnabled) {
        Pod pod = PodPatch.read(template);
        Injection injection = inject(pod, namespaceEnabled);
        if (injection instanceof Injection.RefusedPod refused) {
            return new Injection.OfTemplate(template, refused.refusals(), List.of());
        }
        return injection instanceof Injection.Injected injected
                ? new Injection.OfTemplate(
                        PodPatch.applied(template, pod, injected.pod()), List.of(), injected.warnings())
                : new Injection.OfTemplate(template, List.of(), List.of());
    }

    /** Other webhooks may have changed the sidecar meanwhile, so it is known by its name. */
    private static boolean isInjected(Pod pod) {
        Map<String, String> annotations =
                pod.getMetadata() == null ? null : pod.getMetadata().getAnnotations();
        return annotations != null
                && annotations.containsKey(PodAnnotation.INJECTED)
                && pod.getSpec() != null
                && pod.getSpec().getInitContainers().stream()
                        .anyMatch(container -> SidecarParts.ENVOY.equals(container.getName()));
    }

    private Injection injected(Pod pod, SidecarRequest request) {
        SidecarFiles files = bootstrap.files(request.sidecar());
        List<Container> ours = new ArrayList<>();
        if (request.capture().mode() == CaptureMode.Transparent) {
            ours.add(parts.capture(request.capture()));
        }
        ours.add(parts.envoy(files.bootstrap()));
        Volume volume = parts.volume(files.beside().keySet());
        List<Container> initContainers = new ArrayList<>(ours);
        initContainers.addAll(pod.getSpec().getInitContainers());
        PodBuilder builder = new PodBuilder(pod)
                .editOrNewMetadata()
                .addToAnnotations(
                        PodAnnotation.INJECTED, new InjectedNote(version, ours, volume, files.beside()).json())
                .endMetadata()
                .editSpec()
                .withInitContainers(initContainers)
                .addToVolumes(volume)
                .endSpec();
        files.beside().entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(file -> builder.editMetadata()
                .addToAnnotations(SidecarParts.annotation(file.getKey()), file.getValue())
                .endMetadata());
        return new Injection.Injected(draining(builder.build()), InjectionWarnings.of(pod, settings));
    }

    /** Callers learn a moment later that a pod ends, and its app answers until then. */
    private Pod draining(Pod pod) {
        List<Container> containers = pod.getSpec().getContainers();
        if (settings.preStopSeconds() == 0 || containers.stream().allMatch(Injector::hasPreStop)) {
            return pod;
        }
        Long grace = pod.getSpec().getTerminationGracePeriodSeconds();
        return new PodBuilder(pod)
                .editSpec()
                .withContainers(containers.stream().map(this::pausing).toList())
                .withTerminationGracePeriodSeconds(
                        (grace == null ? USUAL_GRACE_SECONDS : grace) + settings.preStopSeconds())
                .endSpec()
                .build();
    }

    private Container pausing(Container container) {
        if (hasPreStop(container)) {
            return container;
        }
        LifecycleBuilder lifecycle = container.getLifecycle() == null
                ? new LifecycleBuilder()
                : new LifecycleBuilder(container.getLifecycle());
        return new ContainerBuilder(container)
                .withLifecycle(lifecycle
                        .withNewPreStop()
                        .withNewSleep((long) settings.preStopSeconds())
                        .endPreStop()
                        .build())
                .build();
    }

    static boolean hasPreStop(Container container) {
        return container.getLifecycle() != null && container.getLifecycle().getPreStop() != null;
    }
}
