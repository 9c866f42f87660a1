package dev.kitsune.bench.world;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.resolve.Resolver;
import dev.kitsune.xds.server.ListenException;
import dev.kitsune.xds.server.XdsServer;
import dev.kitsune.xds.store.ResourceStore;
import dev.kitsune.xds.store.TranslatedResources;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** A control plane without files, which starts with the resolver. */
public final class ServedWorld implements RunningWorld {
    private final ResourceStore store;
    private final XdsServer server;
    private Catalog catalog;
    private Resolution resolution;

    public ServedWorld(World world, int virtualEnvironments) throws ListenException {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        CatalogChange first = Catalogs.of(world, virtualEnvironments);
        catalog = first.catalog();
        resolution = Resolver.resolve(first);
        List<Problem> errors =
                resolution.problems().stream().filter(Problem::isError).toList();
        if (!errors.isEmpty()) {
            throw new IllegalStateException("the benchmark's manifests have problems: " + errors.get(0));
        }
        store = new ResourceStore(new TranslatedResources(), meters);
        store.publish(resolution.snapshot(), resolution.changed());
        server = new XdsServer(
                        store,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        (virtualEnvironment, at) -> {},
                        name -> false,
                        meters)
                .start();
    }

    @Override
    public int port() {
        return server.port();
    }

    /** The time starts when the file has been read. */
    @Override
    public long apply(int virtualEnvironment, String text) {
        CatalogChange change = Catalogs.change(catalog, virtualEnvironment, text);
        long started = System.nanoTime();
        catalog = change.catalog();
        resolution = Resolver.resolve(resolution, change);
        store.publish(resolution.snapshot(), resolution.changed());
        return started;
    }

    @Override
    public long translatorCalls() {
        return store.translatorCalls();
    }

    @Override
    public void awaitQuiet() throws InterruptedException {
        Quiet.await(() -> Quiet.isQuiet(server.streams()));
    }

    /** Waits until the streams of disconnected clients have ended and their memory is released. */
    public void awaitNoStreams() throws InterruptedException {
        Quiet.await(() -> server.streams().isEmpty());
    }

    @Override
    public void close() {
        server.close();
    }
}
