package dev.kitsune.e2e.node;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Everything that a node leaves on a machine, found by the folder of the node. It is the same after an orderly end and after
 * a crash, because containers outlive whoever has started them.
 */
record NodeRemains(Path folder) {
    /** Of the bridge, and the network of CNI. */
    static final String NAME = "kitsune-node";

    /** The programs that a mesh starts with a file of the folder among their arguments. */
    private static final Set<String> PROGRAMS = Set.of(
            "containerd",
            "containerd-shim-runc-v2",
            "ctr",
            "etcd",
            "java",
            "kube-apiserver",
            "kube-controller-manager",
            "kubelet");

    private static final Path PROCESSES = Path.of("/proc");
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    /** Here libcni keeps what it has given to pods, whoever called it. */
    private static final Path CNI_RESULTS = Path.of("/var/lib/cni/results");

    /** Here every kubelet links the logs of its containers. */
    private static final Path LOG_LINKS = Path.of("/var/log/containers");

    /** What a kubelet has for the plugins of devices, which is the same for every kubelet. */
    private static final Path KUBELET = Path.of("/var/lib/kubelet");

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_MILLIS = 20;

    private Path kernelSettings() {
        return folder.resolve("kernel-settings");
    }

    private Path firstKubelet() {
        return folder.resolve("first-kubelet");
    }

    /** Notes what this machine has before. */
    void note() throws IOException {
        new KernelSettings(kernelSettings()).note();
        if (!Files.exists(KUBELET)) {
            Files.createFile(firstKubelet());
        }
    }

    /** Removes everything. Without remains it does nothing. */
    void remove() throws IOException, InterruptedException {
        endProcesses();
        List<Path> tasks = tasks();
        if (Files.exists(PROCESSES.resolve("sys/net/ipv4/conf").resolve(NAME))) {
            NodeCommand.run("ip", "link", "delete", NAME);
        }
        for (Path task : tasks) {
            deleteTraces(task);
        }
        if (Files.exists(folder)) {
            unmount();
            new KernelSettings(kernelSettings()).putBack();
            if (Files.exists(firstKubelet()) && Files.exists(KUBELET)) {
                MoreFiles.deleteRecursively(KUBELET, RecursiveDeleteOption.ALLOW_INSECURE);
            }
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
        deleteIn(LOG_LINKS, link -> Files.isSymbolicLink(link) && leadsHere(link));
    }

    /** The same when nobody can be told of a failure but who reads the output. */
    void removeOrSay() {
        try {
            remove();
        } catch (IOException | RuntimeException e) {
            System.err.println("Something of a node of Kubernetes is left in " + folder + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends programs that were started with this folder, and those whose file system is an image that is unpacked in it. */
    private void endProcesses() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<ProcessHandle> left = processes();
        while (!left.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("these processes do not end: " + left);
            }
            left.forEach(ProcessHandle::destroyForcibly);
            Thread.sleep(LOOK_MILLIS); // Most of them are no child processes, so nobody reports their end.
            left = processes();
        }
    }

    private List<ProcessHandle> processes() throws IOException {
        List<ProcessHandle> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
            for (Path process : all) {
                ProcessHandle.of(Long.parseLong(process.getFileName().toString()))
                        .filter(handle -> !handle.equals(ProcessHandle.current()) && belongs(handle, process))
                        .ifPresent(found::add);
            }
        }
        return found;
    }

    private boolean belongs(ProcessHandle handle, Path process) {
        String within = folder + "/";
        boolean isKnown = handle.info()
                .command()
                .map(command -> Path.of(command).getFileName().toString())
                .filter(PROGRAMS::contains)
                .isPresent();
        return (isKnown && read(process.resolve("cmdline")).contains(within))
                || read(process.resolve("mountinfo"))
                        .lines()
                        .anyMatch(mount -> mount.split(" ", 6)[4].equals("/") && mount.contains(within));
    }

    /** Returns nothing for a process that has just ended. */
    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** Returns the folders of the containers that containerd knew at the end. The name of each is the container's. */
    private List<Path> tasks() throws IOException {
        Path all =
                folder.resolve("containerd/state/io.containerd.runtime.v2.task").resolve(ContainerRuntime.NAMESPACE);
        if (!Files.isDirectory(all)) {
            return List.of();
        }
        try (Stream<Path> tasks = Files.list(all)) {
            return tasks.toList();
        }
    }

    /** Deletes what stands elsewhere because of a container: the socket of its shim, its cgroups, and its networks. */
    private static void deleteTraces(Path task) throws IOException, InterruptedException {
        Path socket = task.resolve("address");
        if (Files.exists(socket)) {
            Files.deleteIfExists(Path.of(Files.readString(socket).replaceFirst("^unix://", "")));
        }
        String container = task.getFileName().toString();
        Path group = Path.of(ContainerRuntime.NAMESPACE, container);
        deleteCgroup(CGROUPS.resolve(group));
        // There is one hierarchy, or one for each controller.
        try (DirectoryStream<Path> hierarchies = Files.newDirectoryStream(CGROUPS, Files::isDirectory)) {
            for (Path hierarchy : hierarchies) {
                deleteCgroup(hierarchy.resolve(group));
            }
        }
        deleteIn(CNI_RESULTS, file -> file.getFileName().toString().contains(container));
    }

    private void unmount() throws IOException, InterruptedException {
        List<String> mounts = new ArrayList<>(Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .map(mount -> mount.split(" ", 3)[1])
                .filter(point -> point.startsWith(folder + "/"))
                .toList());
        Collections.reverse(mounts);
        for (String mount : mounts) {
            NodeCommand.run("umount", "--lazy", mount);
        }
    }

    /** A cgroup is busy for a moment after the end of its processes. */
    private static void deleteCgroup(Path cgroup) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (Files.isDirectory(cgroup)) {
            try (Stream<Path> all = Files.walk(cgroup)) {
                for (Path group : all.filter(Files::isDirectory)
                        .sorted(Comparator.reverseOrder())
                        .toList()) {
                    Files.deleteIfExists(group);
                }
            } catch (FileSystemException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(LOOK_MILLIS);
            }
        }
    }

    private boolean leadsHere(Path link) throws IOException {
        return Files.readSymbolicLink(link).startsWith(folder);
    }

    private static void deleteIn(Path folder, DirectoryStream.Filter<Path> which) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, which)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }
}
