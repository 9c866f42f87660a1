package dev.kitsune.k8s.inject;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The parts of a sidecar in a pod. */
final class SidecarParts {
    static final String CAPTURE = "kitsune-capture";
    static final String ENVOY = "kitsune-envoy";
    static final String VOLUME = "kitsune";

    /** The ConfigMap in the pod's namespace with the authorities of the control plane. */
    private static final String AUTHORITIES = "kitsune-ca";

    private static final String AUDIENCE = "kitsune";
    private static final long TOKEN_SECONDS = 3_600;
    private static final String READY = "/ready";
    /** A pod that starts while no control plane answers waits for so long, before its Envoy starts again. */
    private static final int STARTUP_SECONDS = 600;

    private static final int READY_PERIOD_SECONDS = 5;

    private final InjectSettings settings;

    SidecarParts(InjectSettings settings) {
        this.settings = settings;
    }

    /** Returns the container that sets the rules of capture and ends. */
    Container capture(CapturePolicy policy) {
        CaptureRules rules = new CaptureRules(
                SidecarPorts.OUTBOUND, settings.uid(), policy.excludedPorts(), policy.excludedRanges());
        return new ContainerBuilder()
                .withName(CAPTURE)
                .withImage(settings.images().capture())
                .withCommand("/bin/sh", "-c", rules.script())
                .withSecurityContext(security()
                        .editCapabilities()
                        .addToAdd("NET_ADMIN", "NET_RAW")
                        .endCapabilities()
                        // The pod may demand that its containers are not root, and this one must be.
                        .withRunAsUser(0L)
                        .withRunAsGroup(0L)
                        .withRunAsNonRoot(false)
                        .build())
                .withResources(settings.resources())
                .build();
    }

    /** Returns the Envoy, as a sidecar: it starts before the containers behind it, and ends after them. */
    Container envoy(String bootstrap) {
        return new ContainerBuilder()
                .withName(ENVOY)
                .withImage(settings.images().envoy())
                .withCommand("envoy")
                .withArgs(
                        "--config-yaml",
                        keepingDollars(bootstrap),
                        "--disable-hot-restart",
                        "--concurrency",
                        "2",
                        "--log-level",
                        "warning")
                .withRestartPolicy("Always")
                .withEnv(field("POD_NAME", "metadata.name"), field("POD_NAMESPACE", "metadata.namespace"))
                .withStartupProbe(ready(1, STARTUP_SECONDS))
                .withReadinessProbe(ready(READY_PERIOD_SECONDS, null))
                .withSecurityContext(security()
                        .withRunAsUser((long) settings.uid())
                        .withRunAsGroup((long) settings.uid())
                        .withRunAsNonRoot(true)
                        .build())
                .withResources(settings.resources())
                .addNewVolumeMount()
                .withName(VOLUME)
                .withMountPath(SidecarBootstrap.FOLDER)
                .withReadOnly(true)
                .endVolumeMount()
                .build();
    }

    /** Returns the volume with all files of the Envoy. {@code beside}: the names of those beside the token */
    Volume volume(Collection<String> beside) {
        var sources = new VolumeBuilder()
                .withName(VOLUME)
                .withNewProjected()
                .addNewSource()
                .withNewServiceAccountToken()
                .withAudience(AUDIENCE)
                .withExpirationSeconds(TOKEN_SECONDS)
                .withPath(SidecarBootstrap.TOKEN)
                .endServiceAccountToken()
                .endSource()
                .addNewSource()
                .withNewConfigMap()
                .withName(AUTHORITIES)
                .addNewItem()
                .withKey(SidecarBootstrap.AUTHORITIES)
                .withPath(SidecarBootstrap.AUTHORITIES)
                .endItem()
                .endConfigMap()
                .endSource();
        if (!beside.isEmpty()) {
            var files = sources.addNewSource().withNewDownwardAPI();
            beside.stream().sorted().forEach(name -> files.addNewItem()
                    .withPath(name)
                    .withNewFieldRef()
                    .withFieldPath("metadata.annotations['" + annotation(name) + "']")
                    .endFieldRef()
                    .endItem());
            sources = files.endDownwardAPI().endSource();
        }
        return sources.endProjected().build();
    }

    /** The annotation with the content of a file. */
    static String annotation(String file) {
        return PodAnnotation.PREFIX + file;
    }

    /** The kubelet replaces a name in "$(...)", and makes one dollar of two. */
    private static String keepingDollars(String text) {
        String kept = text.replace("$", "$$");
        for (String name : new String[] {SidecarBootstrap.POD_NAME, SidecarBootstrap.POD_NAMESPACE}) {
            kept = kept.replace("$" + name, name);
        }
        return kept;
    }

    private static EnvVar field(String name, String path) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath(path)
                .endFieldRef()
                .endValueFrom()
                .build();
    }

    private static Probe ready(int periodSeconds, @Nullable Integer failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(READY)
                .withNewPort(SidecarPorts.READY)
                .endHttpGet()
                .withPeriodSeconds(periodSeconds)
                .withFailureThreshold(failures)
                .build();
    }

    /** What the pod security standard "restricted" demands, but for the user. */
    private static SecurityContextBuilder security() {
        return new SecurityContextBuilder()
                .withPrivileged(false)
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile();
    }
}
