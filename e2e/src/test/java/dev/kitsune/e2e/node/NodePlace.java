package dev.kitsune.e2e.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The place of the one node that a machine runs at a time: a folder of root, a bridge, and settings of the kernel. All of
 * them have fixed names. Whoever holds the lock therefore knows that everything of these names is of a run that has died,
 * and removes it.
 */
final class NodePlace implements AutoCloseable {
    private static final Path HOME = Path.of("/var/lib/kitsune-node");

    private final FileChannel lock;
    private final Path folder = HOME.resolve("run");
    private final NodeRemains remains = new NodeRemains(folder);
    private final Thread hook = new Thread(remains::removeOrSay, "node-remains");

    private NodePlace(FileChannel lock) {
        this.lock = lock;
    }

    /** Takes the place. It waits while another process has it, and skips the test if this machine is a node already. */
    static NodePlace take() throws IOException, InterruptedException {
        Files.createDirectories(HOME);
        Files.setPosixFilePermissions(HOME, PosixFilePermissions.fromString("rwx------"));
        FileChannel lock = FileChannel.open(HOME.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        NodePlace place = new NodePlace(lock);
        try {
            lock.lock();
            place.remains.remove();
            NodeSupport.assumeNoOtherKubelet();
            Files.createDirectories(place.folder);
            place.remains.note();
            // A JVM that is told to end runs no more of its tests.
            Runtime.getRuntime().addShutdownHook(place.hook);
        } catch (IOException | InterruptedException | RuntimeException e) {
            lock.close();
            throw e;
        }
        return place;
    }

    /** Returns a new folder in it. */
    Path folder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    /** Removes everything that the node has left on this machine, its processes too. */
    @Override
    public void close() throws IOException {
        try {
            remains.remove();
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.close();
        }
    }
}
