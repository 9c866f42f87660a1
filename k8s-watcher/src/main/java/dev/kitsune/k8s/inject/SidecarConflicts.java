package dev.kitsune.k8s.inject;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What in a pod cannot live with a sidecar. */
final class SidecarConflicts {
    private static final Set<String> OURS = Set.of(SidecarParts.CAPTURE, SidecarParts.ENVOY);

    private final PodSpec spec;
    private final int uid;
    private final List<InjectionRefusal> refusals;

    /**
     * Looks into one pod.
     *
     * @param uid of the sidecar
     * @param refusals where to put what is wrong
     */
    SidecarConflicts(PodSpec spec, int uid, List<InjectionRefusal> refusals) {
        this.spec = spec;
        this.uid = uid;
        this.refusals = refusals;
    }

    /** Finds what is wrong with the pod's own containers, also if it has its sidecar already. */
    void find() {
        if (isWindows()) {
            refuse(
                    "spec.os.name",
                    "the sidecar of Kitsune runs on Linux alone, and this pod runs on Windows: set the"
                            + " label kitsune.dev/inject: disabled");
        }
        if (spec.getSecurityContext() != null
                && isOurs(spec.getSecurityContext().getRunAsUser())) {
            refuse("spec.securityContext.runAsUser", asOurUser("the pod"));
        }
        containers("spec.initContainers", spec.getInitContainers());
        containers("spec.containers", spec.getContainers());
    }

    /** Finds what has the name of something that is to be injected. */
    void findNames() {
        names("spec.initContainers", spec.getInitContainers());
        names("spec.containers", spec.getContainers());
        for (int i = 0; i < spec.getVolumes().size(); i++) {
            Volume volume = spec.getVolumes().get(i);
            if (SidecarParts.VOLUME.equals(volume.getName())) {
                refuse("spec.volumes[" + i + "].name", isTaken(SidecarParts.VOLUME, "volume"));
            }
        }
    }

    private boolean isWindows() {
        boolean said = spec.getOs() != null && "windows".equals(spec.getOs().getName());
        Map<String, String> nodes = spec.getNodeSelector();
        return said || (nodes != null && "windows".equals(nodes.get("kubernetes.io/os")));
    }

    private void containers(String field, List<Container> containers) {
        for (int i = 0; i < containers.size(); i++) {
            Container container = containers.get(i);
            if (OURS.contains(container.getName())) {
                continue;
            }
            String path = field + "[" + i + "]";
            String named = "the container " + container.getName();
            if (container.getSecurityContext() != null
                    && isOurs(container.getSecurityContext().getRunAsUser())) {
                refuse(path + ".securityContext.runAsUser", asOurUser(named));
            }
            List<ContainerPort> ports = container.getPorts();
            for (int j = 0; j < ports.size(); j++) {
                Integer port = ports.get(j).getContainerPort();
                String purpose = port == null ? null : SidecarPorts.PURPOSES.get(port);
                if (purpose != null) {
                    refuse(
                            path + ".ports[" + j + "].containerPort",
                            named + " listens at " + port + ", a port of the sidecar, the one " + purpose
                                    + ": let it listen at another one");
                }
            }
        }
    }

    private void names(String field, List<Container> containers) {
        for (int i = 0; i < containers.size(); i++) {
            String name = containers.get(i).getName();
            if (OURS.contains(name)) {
                refuse(field + "[" + i + "].name", isTaken(name, "container"));
            }
        }
    }

    private static String isTaken(String name, String what) {
        return "the name " + name + " is that of a " + what + " which Kitsune adds: give it another one";
    }

    private String asOurUser(String what) {
        return what + " runs as user " + uid + ", which is that of the sidecar, so what it opens would bypass the"
                + " sidecar: let it run as another user";
    }

    private boolean isOurs(@Nullable Long user) {
        return user != null && user == uid;
    }

    private void refuse(String field, String sentence) {
        refusals.add(new InjectionRefusal(field, sentence));
    }
}
