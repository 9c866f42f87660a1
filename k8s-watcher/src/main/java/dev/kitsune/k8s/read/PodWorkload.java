package dev.kitsune.k8s.read;

import dev.kitsune.k8s.read.InjectionLabels.IdentityLabel;
import dev.kitsune.model.manifest.Workload.Endpoint;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.read.LabelledWorkload;
import dev.kitsune.model.read.LabelledWorkload.FieldText;
import dev.kitsune.model.read.LabelledWorkload.WorkloadTexts;
import dev.kitsune.model.read.ReadResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a pod as a workload. A pod that is not ready is one without an endpoint, because its sidecar is a proxy. */
final class PodWorkload {
    /** The inbound port of a sidecar. */
    static final int INBOUND_PORT = 15_406;

    private static final ReadResult NONE = new ReadResult(List.of(), List.of());

    private final PodFacts pod;
    private final List<Problem> problems = new ArrayList<>();

    private PodWorkload(PodFacts pod) {
        this.pod = pod;
    }

    /** {@code namespaceEnabled}: whether the label of its namespace says that its pods have sidecars */
    static ReadResult read(PodFacts pod, boolean namespaceEnabled) {
        return pod.finished() ? NONE : new PodWorkload(pod).read(namespaceEnabled);
    }

    private ReadResult read(boolean namespaceEnabled) {
        if (!isEnabled(namespaceEnabled)) {
            return new ReadResult(List.of(), problems);
        }
        FieldText app = identity(IdentityLabel.APP);
        FieldText component = identity(IdentityLabel.COMPONENT);
        FieldText version = identity(IdentityLabel.VERSION);
        if (pod.hostNetwork()) {
            problem(
                    ProblemCode.InvalidValue,
                    "spec.hostNetwork",
                    "the pod shares the network of its node, where its sidecar would take the ports of other pods: remove"
                            + " hostNetwork, or set the label " + InjectionLabels.INJECT + ": "
                            + InjectionLabels.DISABLED);
        }
        if (app == null || component == null || version == null || !problems.isEmpty()) {
            return new ReadResult(List.of(), problems);
        }
        return LabelledWorkload.read(
                pod.key(),
                place(),
                new WorkloadTexts(
                        app,
                        component,
                        version,
                        annotation(InjectionLabels.ENVIRONMENTS),
                        annotation(InjectionLabels.ENVIRONMENT)),
                pod.address() == null ? List.of() : List.of(new Endpoint(pod.address(), INBOUND_PORT)));
    }

    private boolean isEnabled(boolean namespaceEnabled) {
        String label = pod.labels().get(InjectionLabels.INJECT);
        if (label == null) {
            return namespaceEnabled;
        }
        if (!label.equals(InjectionLabels.ENABLED) && !label.equals(InjectionLabels.DISABLED)) {
            problem(
                    ProblemCode.InvalidValue,
                    label(InjectionLabels.INJECT),
                    label(InjectionLabels.INJECT) + " cannot be \"" + label + "\"; expected one of "
                            + InjectionLabels.DISABLED + ", " + InjectionLabels.ENABLED);
        }
        return label.equals(InjectionLabels.ENABLED);
    }

    private @Nullable FieldText identity(IdentityLabel which) {
        for (String name : List.of(which.own, which.common)) {
            String text = pod.labels().get(name);
            if (text != null) {
                return new FieldText(label(name), text);
            }
        }
        problem(
                ProblemCode.MissingField,
                label(which.own),
                "a pod with a sidecar needs the label " + which.own + ", or " + which.common + ": " + which.meaning);
        return null;
    }

    private @Nullable FieldText annotation(String name) {
        String text = pod.annotations().get(name);
        return text == null ? null : new FieldText("metadata.annotations[" + name + "]", text);
    }

    private void problem(ProblemCode code, String field, String message) {
        problems.add(new Problem(code, Position.ofObject(place()), pod.key(), field, message));
    }

    /** Users know the pod, and not that Kitsune reads it as a workload. */
    private String place() {
        return "Pod/" + pod.key().namespace() + "/" + pod.key().name();
    }

    private static String label(String name) {
        return "metadata.labels[" + name + "]";
    }
}
