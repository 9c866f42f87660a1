package dev.kitsune.e2e.kube;

import dev.kitsune.Kitsune;
import dev.kitsune.e2e.process.ChildProcess;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;

/**
 * Runs the program of a pod of Kitsune's image as a process of this machine: with the arguments of the pod, the Secrets
 * that are mounted in it, and the rights of its service account.
 *
 * @param places regular expressions of what stands in its arguments, such as the address of a Service, with what this
 *     machine has instead
 * @param folder for what it reads and prints
 */
record PodProgram(ApiServer server, Map<String, String> places, Path folder) {
    private static final String LOOPBACK = "127.0.0.1";

    /** The process is called like the pod. Its output is in a file of that name. */
    ChildProcess start(Pod pod) throws IOException {
        String name = pod.getMetadata().getName();
        Path own = Files.createDirectories(folder.resolve(name + "-files"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dkubeconfig=" + kubeconfig(pod, own),
                "-cp",
                System.getProperty("java.class.path"),
                Kitsune.class.getName()));
        Container container = pod.getSpec().getContainers().get(0);
        Map<String, String> mounted = mounts(pod, container, own);
        for (String argument : container.getArgs()) {
            command.add(here(expand(argument, pod, container), mounted));
        }
        return ChildProcess.start(command, folder.resolve(name + ".log"));
    }

    /** A pod without a token of its account has no rights. */
    private Path kubeconfig(Pod pod, Path own) throws IOException {
        String account = pod.getSpec().getServiceAccountName();
        String token = account == null || Boolean.FALSE.equals(pod.getSpec().getAutomountServiceAccountToken())
                ? ""
                : KitsuneAccount.config(server, pod.getMetadata().getNamespace(), account)
                        .getOauthToken();
        return Files.writeString(
                own.resolve("kubeconfig"),
                Files.readString(server.kubeconfig()).replaceFirst("token: \"[^\"]+\"", "token: \"" + token + "\""));
    }

    private static String expand(String argument, Pod pod, Container container) {
        String expanded = argument;
        for (EnvVar variable : container.getEnv()) {
            expanded = expanded.replace("$(" + variable.getName() + ")", value(variable, pod));
        }
        return expanded;
    }

    private static String value(EnvVar variable, Pod pod) {
        if (variable.getValueFrom() == null) {
            return Objects.requireNonNullElse(variable.getValue(), "");
        }
        String field = variable.getValueFrom().getFieldRef().getFieldPath();
        return switch (field) {
            case "metadata.name" -> pod.getMetadata().getName();
            case "metadata.namespace" -> pod.getMetadata().getNamespace();
            case "status.podIP" -> LOOPBACK;
            default -> throw new IllegalArgumentException("unknown field " + field);
        };
    }

    /** Writes the mounted Secrets and ConfigMaps, and returns the folder of each by its path in the pod. */
    private Map<String, String> mounts(Pod pod, Container container, Path own) throws IOException {
        Map<String, String> folders = new HashMap<>();
        for (VolumeMount mount : container.getVolumeMounts()) {
            for (Volume volume : pod.getSpec().getVolumes()) {
                if (volume.getName().equals(mount.getName()) && volume.getSecret() != null) {
                    Path into = Files.createDirectories(own.resolve(volume.getName()));
                    write(pod.getMetadata().getNamespace(), volume.getSecret().getSecretName(), into);
                    folders.put(mount.getMountPath(), into.toString());
                }
                if (volume.getName().equals(mount.getName()) && volume.getConfigMap() != null) {
                    Path into = Files.createDirectories(own.resolve(volume.getName()));
                    writeConfigMap(
                            pod.getMetadata().getNamespace(),
                            volume.getConfigMap().getName(),
                            into);
                    folders.put(mount.getMountPath(), into.toString());
                }
            }
        }
        return folders;
    }

    private void write(String namespace, String secret, Path into) throws IOException {
        Map<String, String> data = server.client()
                .secrets()
                .inNamespace(namespace)
                .withName(secret)
                .require()
                .getData();
        for (Map.Entry<String, String> entry : data.entrySet()) {
            Files.write(into.resolve(entry.getKey()), Base64.getDecoder().decode(entry.getValue()));
        }
    }

    private void writeConfigMap(String namespace, String name, Path into) throws IOException {
        Map<String, String> data = server.client()
                .configMaps()
                .inNamespace(namespace)
                .withName(name)
                .require()
                .getData();
        for (Map.Entry<String, String> entry : data.entrySet()) {
            Files.writeString(into.resolve(entry.getKey()), entry.getValue());
        }
    }

    private String here(String argument, Map<String, String> mounted) {
        String with = argument;
        for (Map.Entry<String, String> entry : mounted.entrySet()) {
            with = with.replace(entry.getKey(), entry.getValue());
        }
        for (Map.Entry<String, String> entry : places.entrySet()) {
            with = with.replaceAll(entry.getKey(), Matcher.quoteReplacement(entry.getValue()));
        }
        return with;
    }
}
