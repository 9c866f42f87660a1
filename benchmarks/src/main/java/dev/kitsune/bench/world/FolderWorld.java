package dev.kitsune.bench.world;

import dev.kitsune.xds.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** A whole control plane with a watched folder, which has one file for each virtual environment. */
public final class FolderWorld implements RunningWorld {
    private final Path folder;
    private final ControlPlane controlPlane;

    /** @param folder the path of a folder that does not exist yet */
    public FolderWorld(World world, int virtualEnvironments, Path folder)
            throws IOException, ControlPlane.StartException {
        this.folder = folder;
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("base.yaml"), world.base());
        secret("main", "key-main");
        for (int i = 0; i < virtualEnvironments; i++) {
            Files.writeString(folder.resolve(Catalogs.file(i)), world.virtualEnvironment(i, Catalogs.greeting(i)));
            secret(World.name(i).value(), World.credential(i));
        }
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        controlPlane = ControlPlane.start(folder, free, free);
    }

    @Override
    public int port() {
        return controlPlane.xdsPort();
    }

    /** The time starts immediately before the write. */
    @Override
    public long apply(int virtualEnvironment, String text) {
        Path file = folder.resolve(Catalogs.file(virtualEnvironment));
        long started = System.nanoTime();
        try {
            if (text.isEmpty()) {
                Files.delete(file);
            } else {
                Files.writeString(file, text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return started;
    }

    @Override
    public long translatorCalls() {
        return controlPlane.store().translatorCalls();
    }

    @Override
    public void awaitQuiet() throws InterruptedException {
        Quiet.await(() -> Quiet.isQuiet(controlPlane.streams()));
    }

    @Override
    public void close() {
        controlPlane.close();
    }

    private void secret(String name, String value) throws IOException {
        Path secret = Files.createDirectories(folder.resolve("secrets").resolve(name));
        Files.writeString(secret.resolve("token"), value);
    }
}
