package dev.kitsune.xds;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.Releasing;
import dev.kitsune.model.source.Source;
import dev.kitsune.xds.alarm.Alarm;
import dev.kitsune.xds.alarm.SystemAlarm;
import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.expiry.ExpiryStage;
import dev.kitsune.xds.folder.FolderSource;
import dev.kitsune.xds.folder.Known;
import dev.kitsune.xds.folder.NoFolderException;
import dev.kitsune.xds.inspect.HealthServer;
import dev.kitsune.xds.inspect.Inspected;
import dev.kitsune.xds.inspect.InspectionServer;
import dev.kitsune.xds.inspect.Metrics;
import dev.kitsune.xds.inspect.Published;
import dev.kitsune.xds.pipeline.Pipeline;
import dev.kitsune.xds.pipeline.ProblemLog;
import dev.kitsune.xds.pipeline.ServedCondition;
import dev.kitsune.xds.pipeline.ServedState;
import dev.kitsune.xds.pipeline.ServedStateListener;
import dev.kitsune.xds.pipeline.Stages;
import dev.kitsune.xds.pipeline.Stores;
import dev.kitsune.xds.pipeline.Workers;
import dev.kitsune.xds.server.ListenException;
import dev.kitsune.xds.server.XdsServer;
import dev.kitsune.xds.state.LastGoodFile;
import dev.kitsune.xds.state.SightingsFile;
import dev.kitsune.xds.state.StateFolder;
import dev.kitsune.xds.store.RefusedResource;
import dev.kitsune.xds.store.ResourceStore;
import dev.kitsune.xds.store.StoredResource;
import dev.kitsune.xds.store.TranslatedResources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The whole program without its command line. It reads a folder, resolves it, publishes it to Envoys, and serves the
 * inspection API. The stages are assembled only here.
 */
public final class ControlPlane implements AutoCloseable {
    private final Metrics metrics = new Metrics();
    private final ResourceStore store = new ResourceStore(new TranslatedResources(), metrics.registry());
    private final Alarm releaseAlarm = new SystemAlarm("release-alarm");
    private final Alarm expiryAlarm = new SystemAlarm("expiry-alarm");
    private final Workers workers = Workers.started();
    private final Pipeline pipeline;
    private final StateFolder state;
    private final ExpiryStage expiry;
    private final Source source;
    private final XdsServer xds;
    private final InspectionServer inspection;
    private final @Nullable HealthServer health;

    /** The program cannot start. The message tells the user what to do. */
    public static final class StartException extends Exception {
        private static final long serialVersionUID = 1;

        StartException(String sentence, Throwable cause) {
            super(sentence, cause);
        }
    }

    private ControlPlane(Path folder, StateFolder state, boolean follows, Listening listening)
            throws ListenException, InspectionServer.InspectionListenException {
        this.state = state;
        expiry = new ExpiryStage(new SightingsFile(state), follows, expiryAlarm, this::again);
        Stages stages = new Stages(expiry::expire, follows ? Releasing::follow : Releasing::next, store::publish);
        pipeline = new Pipeline(stages, new Stores(state, new LastGoodFile(state), follows), releaseAlarm, workers);
        pipeline.whenContended(expiry::contended);
        state.whenReplaced(expiry::keepAgain);
        metrics.watch(pipeline::state);
        pipeline.listen(new ProblemLog());
        source = new FolderSource(folder, new Known(expiry::fileOf, pipeline::lastGoodIn));
        xds = new XdsServer(store, listening.xds(), expiry, this::isBroken, metrics.registry()).start();
        Inspected inspected = new Inspected(
                folder.toAbsolutePath().normalize().toString(),
                Build.version(),
                pipeline::state,
                new PublishedNow(xds, store),
                pipeline::drift,
                expiry::row,
                metrics);
        try {
            inspection = InspectionServer.start(listening.http(), inspected);
        } catch (InspectionServer.InspectionListenException e) {
            xds.close();
            throw e;
        }
        try {
            health = listening.health() == null ? null : HealthServer.start(listening.health(), inspected);
        } catch (InspectionServer.InspectionListenException e) {
            xds.close();
            inspection.close();
            throw e;
        }
    }

    /** The same, with the default state folder. */
    public static ControlPlane start(Path folder, InetSocketAddress xdsAddress, InetSocketAddress httpAddress)
            throws StartException {
        return start(folder, new Served(StateFolder.of(folder), false), new Listening(xdsAddress, httpAddress, null));
    }

    /**
     * The state of the served folder.
     *
     * @param state the state folder
     * @param follows whether another process decides and saves the state, and this process only serves its decisions
     */
    public record Served(Path state, boolean follows) {}

    private record PublishedNow(XdsServer xds, ResourceStore store) implements Published {
        @Override
        public List<StreamView> proxies() {
            return xds.streams();
        }

        @Override
        public List<StoredResource> held(ResourceType type) {
            return store.held(type);
        }

        @Override
        public List<RefusedResource> refused() {
            return store.refused();
        }
    }

    /**
     * The addresses to listen on. Port 0 takes a free one.
     *
     * @param health null for none
     */
    public record Listening(
            InetSocketAddress xds,
            InetSocketAddress http,
            @Nullable InetSocketAddress health) {}

    /**
     * Starts everything, and returns when the current folder is served. The ports are opened first, so that probes work
     * while a large folder is read. Envoys that connect in the meantime wait.
     */
    public static ControlPlane start(Path folder, Served served, Listening listening) throws StartException {
        try {
            FolderSource.await(folder);
        } catch (NoFolderException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        StateFolder kept = new StateFolder(served.state());
        ControlPlane started;
        try {
            started = new ControlPlane(folder, kept, served.follows(), listening);
        } catch (ListenException | InspectionServer.InspectionListenException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        if (!served.follows()) {
            try {
                kept.open(folder);
            } catch (IOException e) {
                started.close();
                throw new StartException(
                        "cannot keep the state of releases in " + served.state() + ": " + e.getMessage()
                                + "; choose another folder with --state, or serve what another process decides with"
                                + " --follow",
                        e);
            }
        }
        try {
            started.expiry.begin();
            started.source.start(started.pipeline::accept);
            started.pipeline.watch();
            return started;
        } catch (NoFolderException e) {
            started.close();
            throw new StartException(String.valueOf(e.getMessage()), e);
        } catch (UncheckedIOException e) {
            started.close();
            throw new StartException(
                    "cannot follow the folder " + folder + ": " + e.getMessage() + "; check its owner and permissions",
                    e);
        }
    }

    private boolean isBroken(VirtualEnvironmentName virtualEnvironment) {
        return pipeline.state().problems().isAtFault(virtualEnvironment);
    }

    private void again() {
        pipeline.again();
    }

    /** Returns the port for Envoys. */
    public int xdsPort() {
        return xds.port();
    }

    /** The port of the inspection API and page. */
    public int httpPort() {
        return inspection.port();
    }

    /** The port of the health endpoints alone; empty for none. */
    public OptionalInt healthPort() {
        return health == null ? OptionalInt.empty() : OptionalInt.of(health.port());
    }

    /** Returns the current state. */
    public ServedState state() {
        return pipeline.state();
    }

    /** Waits until what is served fulfils the condition; empty when the time is over. */
    public Optional<ServedState> await(ServedCondition condition, Duration timeout) throws InterruptedException {
        return pipeline.await(condition, timeout);
    }

    /** Calls the listener after every change, in order. */
    public void listen(ServedStateListener listener) {
        pipeline.listen(listener);
    }

    /** The proxies that are connected by delta streams. */
    public List<StreamView> streams() {
        return xds.streams();
    }

    /** Counts one more minute in which virtual environments may have been unused at proxies, for tests. */
    public void minute() {
        xds.minute();
    }

    /** Returns the store of resources, for tests and benchmarks. */
    public ResourceStore store() {
        return store;
    }

    /** Stops reading first, then serving. */
    @Override
    public void close() {
        source.close();
        releaseAlarm.close();
        expiryAlarm.close();
        workers.close();
        expiry.close();
        state.close();
        xds.close();
        inspection.close();
        if (health != null) {
            health.close();
        }
        metrics.close();
    }
}
