package dev.kitsune.xds;

import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.expiry.ExpiryStage;
import dev.kitsune.xds.folder.FolderSource;
import dev.kitsune.xds.folder.NoFolderException;
import dev.kitsune.xds.inspect.Inspected;
import dev.kitsune.xds.inspect.InspectionServer;
import dev.kitsune.xds.inspect.Metrics;
import dev.kitsune.xds.pipeline.Pipeline;
import dev.kitsune.xds.pipeline.ProblemLog;
import dev.kitsune.xds.pipeline.State;
import dev.kitsune.xds.release.Alarm;
import dev.kitsune.xds.release.ReleaseStage;
import dev.kitsune.xds.release.SeenFile;
import dev.kitsune.xds.release.StateFolder;
import dev.kitsune.xds.release.SystemAlarm;
import dev.kitsune.xds.server.ListenException;
import dev.kitsune.xds.server.XdsServer;
import dev.kitsune.xds.store.ResourceStore;
import dev.kitsune.xds.store.TranslatedResources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The whole program but for its command line: a folder is read, resolved, published to Envoys, and inspected. Here, and only
 * here, the stages are put together.
 */
public final class ControlPlane implements AutoCloseable {
    private final Metrics metrics = new Metrics();
    private final ResourceStore store = new ResourceStore(new TranslatedResources(), metrics.registry());
    private final Alarm releaseAlarm = new SystemAlarm("release-alarm");
    private final Alarm expiryAlarm = new SystemAlarm("expiry-alarm");
    private final Pipeline pipeline;
    private final StateFolder state;
    private final ExpiryStage expiry;
    private final FolderSource source;
    private final XdsServer xds;
    private final InspectionServer inspection;

    /** It cannot start. The message is a sentence for who started it, and says what to do. */
    public static final class StartException extends Exception {
        private static final long serialVersionUID = 1;

        StartException(String sentence, Throwable cause) {
            super(sentence, cause);
        }
    }

    private ControlPlane(
            Path folder, StateFolder state, SeenFile seen, InetSocketAddress xdsAddress, InetSocketAddress httpAddress)
            throws ListenException, InspectionServer.ListenException {
        this.state = state;
        ReleaseStage releases = new ReleaseStage(state, releaseAlarm, this::again);
        expiry = new ExpiryStage(seen, expiryAlarm, this::again, releases::resolve);
        pipeline = new Pipeline(expiry::resolve, store::publish);
        metrics.watch(pipeline::state);
        pipeline.listen(new ProblemLog());
        source = new FolderSource(folder, pipeline::accept);
        xds = new XdsServer(store, xdsAddress, expiry, metrics.registry()).start();
        try {
            inspection = InspectionServer.start(
                    httpAddress,
                    new Inspected(
                            folder.toAbsolutePath().normalize().toString(),
                            Build.version(),
                            pipeline::state,
                            xds::streams,
                            store::held,
                            releases::drift,
                            expiry::row,
                            metrics));
        } catch (InspectionServer.ListenException e) {
            xds.close();
            throw e;
        }
    }

    /** The same, with the state of releases where it is by default. */
    public static ControlPlane start(Path folder, InetSocketAddress xdsAddress, InetSocketAddress httpAddress)
            throws StartException {
        return start(folder, StateFolder.of(folder), xdsAddress, httpAddress);
    }

    /**
     * Starts everything, and returns when the folder as it stands is served. The ports come first, so that probes see a
     * large folder being read; Envoys that connect meanwhile wait.
     *
     * @param state where the state of releases is kept
     * @param xdsAddress port 0 takes a free one, here and for HTTP
     */
    public static ControlPlane start(
            Path folder, Path state, InetSocketAddress xdsAddress, InetSocketAddress httpAddress)
            throws StartException {
        if (!Files.isDirectory(folder)) {
            NoFolderException e = new NoFolderException(folder);
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        StateFolder kept = new StateFolder(state);
        ControlPlane started;
        try {
            started = new ControlPlane(folder, kept, new SeenFile(state), xdsAddress, httpAddress);
        } catch (ListenException | InspectionServer.ListenException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        try {
            kept.open();
        } catch (IOException e) {
            started.close();
            throw new StartException(
                    "cannot keep the state of releases in " + state + ": " + e.getMessage()
                            + "; choose another folder with --state",
                    e);
        }
        try {
            started.source.start();
            kept.listen(started::again);
            return started;
        } catch (NoFolderException e) {
            started.close();
            throw new StartException(String.valueOf(e.getMessage()), e);
        } catch (IOException | UncheckedIOException e) {
            started.close();
            throw new StartException(
                    "cannot follow the folder " + folder + ": " + e.getMessage() + "; check its owner and permissions", e);
        }
    }

    private void again() {
        pipeline.again();
    }

    /** The port on which Envoys find it. */
    public int xdsPort() {
        return xds.port();
    }

    /** The port of the inspection API and page. */
    public int httpPort() {
        return inspection.port();
    }

    /** What is served now. */
    public State state() {
        return pipeline.state();
    }

    /** Waits until what is served fulfils the condition; empty when the time is over. */
    public Optional<State> await(Predicate<State> condition, Duration timeout) throws InterruptedException {
        return pipeline.await(condition, timeout);
    }

    /** Calls the listener after every change, in order. */
    public void listen(Consumer<State> listener) {
        pipeline.listen(listener);
    }

    /** The proxies that are connected by delta streams. */
    public List<StreamView> streams() {
        return xds.streams();
    }

    /** The resources that are held and what they cost, for tests and benchmarks. */
    public ResourceStore store() {
        return store;
    }

    /** Stops reading first, then serving. */
    @Override
    public void close() {
        source.close();
        releaseAlarm.close();
        expiryAlarm.close();
        expiry.close();
        state.close();
        xds.close();
        inspection.close();
        metrics.close();
    }
}
