package dev.kitsune.k8s.inject;

import dev.kitsune.k8s.read.LabelledPod;
import dev.kitsune.model.manifest.AddressRange;
import dev.kitsune.model.manifest.Workload;
import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.read.IpText;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The sidecar that a pod asks for by its labels, annotations and container ports.
 *
 * @param capture what is captured, and what is not
 */
record SidecarRequest(InjectedSidecar sidecar, CapturePolicy capture) {
    private static final String HTTP = "http";
    private static final int HIGHEST_PORT = 65_535;

    /** Reads the request of one pod. */
    static final class RequestReader {
        private final Pod pod;
        private final InjectSettings settings;
        private final Map<String, String> annotations;
        private final List<InjectionRefusal> refusals;

        /** {@code refusals}: where to put what is wrong */
        RequestReader(Pod pod, InjectSettings settings, List<InjectionRefusal> refusals) {
            this.pod = pod;
            this.settings = settings;
            this.refusals = refusals;
            Map<String, String> written =
                    pod.getMetadata() == null ? null : pod.getMetadata().getAnnotations();
            this.annotations = written == null ? Map.of() : written;
        }

        /** Returns null if something is wrong. */
        @Nullable
        SidecarRequest read() {
            LabelledPod labelled = LabelledPod.of(pod);
            labelled.problems()
                    .forEach(problem -> refusals.add(new InjectionRefusal(
                            Objects.requireNonNullElse(problem.field(), "metadata.labels"), problem.message())));
            annotations.keySet().stream().sorted().forEach(this::checkKnown);
            Optional<Integer> appPort = appPort();
            CaptureMode mode = mode();
            List<Integer> ports = join(settings.capture().excludedPorts(), excludedPorts());
            List<AddressRange> ranges = join(settings.capture().excludedRanges(), excludedRanges());
            String scopes = scopes();
            Workload workload = labelled.workload();
            if (workload == null || appPort.isEmpty() || !refusals.isEmpty()) {
                return null;
            }
            return new SidecarRequest(
                    new InjectedSidecar(
                            workload.app(), workload.component(), workload.version(), appPort.get(), mode, scopes),
                    new CapturePolicy(mode, ports, ranges));
        }

        private void checkKnown(String key) {
            if (!key.startsWith(PodAnnotation.PREFIX) || PodAnnotation.keys().contains(key)) {
                return;
            }
            refuse(
                    key,
                    key.equals(PodAnnotation.INJECTED)
                            ? "only Kitsune sets this annotation, and the pod has no sidecar of Kitsune: remove it"
                            : "there is no such annotation" + DidYouMean.hint(key, PodAnnotation.keys()));
        }

        private Optional<Integer> appPort() {
            String text = annotations.get(PodAnnotation.APP_PORT.key());
            if (text != null) {
                Optional<Integer> port = port(PodAnnotation.APP_PORT, text);
                port.map(SidecarPorts.PURPOSES::get)
                        .ifPresent(purpose -> refuse(
                                PodAnnotation.APP_PORT.key(),
                                text + " is a port of the sidecar, the one " + purpose
                                        + ": let the app listen at another one"));
                return port;
            }
            List<ContainerPort> ports = containerPorts();
            List<ContainerPort> named =
                    ports.stream().filter(port -> HTTP.equals(port.getName())).toList();
            List<ContainerPort> candidates = named.isEmpty() ? ports : named;
            if (candidates.size() == 1) {
                return Optional.of(candidates.get(0).getContainerPort());
            }
            String way = ": set the annotation " + PodAnnotation.APP_PORT.key()
                    + " to the port at which the app listens. For an app that listens nowhere, take any free port, such"
                    + " as 8080";
            refusals.add(new InjectionRefusal(
                    "spec.containers",
                    ports.isEmpty()
                            ? "the pod declares no container port, so the port of the app is not known" + way
                            : "the pod declares the container ports "
                                    + ports.stream()
                                            .map(port -> String.valueOf(port.getContainerPort()))
                                            .collect(Collectors.joining(", "))
                                    + ", and not exactly one of them has the name " + HTTP + way));
            return Optional.empty();
        }

        private List<ContainerPort> containerPorts() {
            return pod.getSpec().getContainers().stream()
                    .map(Container::getPorts)
                    .flatMap(List::stream)
                    .filter(port -> port.getContainerPort() != null)
                    .filter(port ->
                            port.getProtocol() == null || port.getProtocol().equals("TCP"))
                    .toList();
        }

        private CaptureMode mode() {
            String text = annotations.get(PodAnnotation.CAPTURE.key());
            if (text == null) {
                return settings.capture().mode();
            }
            List<String> names =
                    Arrays.stream(CaptureMode.values()).map(CaptureMode::name).toList();
            if (!names.contains(text)) {
                refuse(
                        PodAnnotation.CAPTURE.key(),
                        "\"" + text + "\" is no way of capture" + DidYouMean.hint(text, names));
                return settings.capture().mode();
            }
            return CaptureMode.valueOf(text);
        }

        private List<Integer> excludedPorts() {
            return elements(PodAnnotation.CAPTURE_EXCLUDE_PORTS)
                    .flatMap(text -> port(PodAnnotation.CAPTURE_EXCLUDE_PORTS, text).stream())
                    .toList();
        }

        private List<AddressRange> excludedRanges() {
            return elements(PodAnnotation.CAPTURE_EXCLUDE_CIDRS)
                    .flatMap(text -> {
                        Optional<AddressRange> range = IpText.range(text);
                        if (range.isEmpty()) {
                            refuse(
                                    PodAnnotation.CAPTURE_EXCLUDE_CIDRS.key(),
                                    "\"" + text + "\" is no range of addresses: expected some separated by commas,"
                                            + " such as 10.0.0.0/8,fd00::/8. To capture nothing, set "
                                            + PodAnnotation.CAPTURE.key() + ": " + CaptureMode.Explicit);
                        }
                        return range.stream();
                    })
                    .toList();
        }

        private @Nullable String scopes() {
            String text = annotations.get(PodAnnotation.SCOPES.key());
            List<String> known = List.of("on-demand", "eager");
            if (text != null && !known.contains(text)) {
                refuse(
                        PodAnnotation.SCOPES.key(),
                        "\"" + text + "\" is no way to load virtual environments" + DidYouMean.hint(text, known));
            }
            return text;
        }

        private Stream<String> elements(PodAnnotation annotation) {
            String text = annotations.get(annotation.key());
            return text == null
                    ? Stream.empty()
                    : Arrays.stream(text.split(",", -1)).map(String::strip);
        }

        private Optional<Integer> port(PodAnnotation annotation, String text) {
            if (text.matches("[1-9][0-9]{0,4}") && Integer.parseInt(text) <= HIGHEST_PORT) {
                return Optional.of(Integer.parseInt(text));
            }
            refuse(annotation.key(), "\"" + text + "\" is no port: expected a number from 1 to " + HIGHEST_PORT);
            return Optional.empty();
        }

        private void refuse(String key, String sentence) {
            refusals.add(new InjectionRefusal(PodAnnotation.field(key), sentence));
        }

        private static <T> List<T> join(List<T> ofAll, List<T> own) {
            List<T> both = new ArrayList<>(ofAll);
            both.addAll(own);
            return both.stream().distinct().toList();
        }
    }
}
