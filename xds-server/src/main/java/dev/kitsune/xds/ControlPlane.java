package dev.kitsune.xds;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.Releasing;
import dev.kitsune.model.source.Deciding;
import dev.kitsune.xds.alarm.Alarm;
import dev.kitsune.xds.alarm.SystemAlarm;
import dev.kitsune.xds.delta.StreamView;
import dev.kitsune.xds.expiry.ExpiryStage;
import dev.kitsune.xds.expiry.Uses;
import dev.kitsune.xds.folder.Known;
import dev.kitsune.xds.identity.PortAccess;
import dev.kitsune.xds.input.Companion;
import dev.kitsune.xds.input.FolderInput;
import dev.kitsune.xds.input.Input;
import dev.kitsune.xds.input.InputException;
import dev.kitsune.xds.input.InputListener;
import dev.kitsune.xds.input.ServedNow;
import dev.kitsune.xds.inspect.HealthServer;
import dev.kitsune.xds.inspect.Inspected;
import dev.kitsune.xds.inspect.InspectionServer;
import dev.kitsune.xds.inspect.Metrics;
import dev.kitsune.xds.inspect.Published;
import dev.kitsune.xds.peer.PeerCertificates;
import dev.kitsune.xds.pipeline.Pipeline;
import dev.kitsune.xds.pipeline.ProblemLog;
import dev.kitsune.xds.pipeline.ServedCondition;
import dev.kitsune.xds.pipeline.ServedState;
import dev.kitsune.xds.pipeline.ServedStateListener;
import dev.kitsune.xds.pipeline.Stages;
import dev.kitsune.xds.pipeline.Workers;
import dev.kitsune.xds.server.ListenException;
import dev.kitsune.xds.server.XdsServer;
import dev.kitsune.xds.state.StateFolder;
import dev.kitsune.xds.store.RefusedResource;
import dev.kitsune.xds.store.ResourceStore;
import dev.kitsune.xds.store.Resources;
import dev.kitsune.xds.store.StoredResource;
import dev.kitsune.xds.store.TranslatedResources;
import dev.kitsune.xds.tls.CertificateAuthority;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The whole program without its command line. It reads a folder or a cluster, resolves it, publishes it to Envoys, and serves the
 * inspection API. The stages are assembled only here.
 */
public final class ControlPlane implements AutoCloseable {
    private final Metrics metrics = new Metrics();
    private final ResourceStore store;
    private final Alarm releaseAlarm = new SystemAlarm("release-alarm");
    private final Alarm expiryAlarm = new SystemAlarm("expiry-alarm");
    private final Alarm certificateAlarm = new SystemAlarm("certificate-alarm");
    private final Workers workers = Workers.started();
    private final Pipeline pipeline;
    private final PeerCertificates certificates;
    private final Input input;
    private final ExpiryStage expiry;
    private final Companion companion;
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

    private ControlPlane(Input input, Listening listening, Resources resources)
            throws InputException, ListenException, InspectionServer.InspectionListenException {
        this.input = input;
        PortAccess access = input.access();
        this.store = new ResourceStore(resources, metrics.registry());
        Deciding deciding = input.deciding();
        expiry = new ExpiryStage(input.sightings(), deciding, expiryAlarm, this::again);
        Stages stages = new Stages(
                expiry::expire,
                (before, resolved, change, handed, now) -> deciding.decides()
                        ? Releasing.next(before, resolved, change, handed, now)
                        : Releasing.follow(before, resolved, change, handed, now),
                store::publish);
        pipeline = new Pipeline(stages, input.stores(), releaseAlarm, workers);
        pipeline.whenContended(expiry::contended);
        certificates = new PeerCertificates(
                certificateAlarm, CertificateAuthority.SERVER_LIFETIME, PeerCertificates.SPREAD, pipeline::accept);
        metrics.watch(pipeline::state);
        pipeline.listen(new ProblemLog());
        companion = input.accompany(new Now());
        xds = new XdsServer(
                        store,
                        listening.xds(),
                        companion.uses(),
                        this::isBroken,
                        metrics.registry(),
                        companion.peers(),
                        access)
                .start();
        Inspected inspected = new Inspected(
                input.name(),
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
        return start(
                new FolderInput(folder, StateFolder.of(folder), false), new Listening(xdsAddress, httpAddress, null));
    }

    /** What is served now, for the companion of the input. */
    private final class Now implements ServedNow {
        @Override
        public ServedState state() {
            return pipeline.state();
        }

        @Override
        public void listen(ServedStateListener listener) {
            pipeline.listen(listener);
        }

        @Override
        public ResourceStore store() {
            return store;
        }

        @Override
        public int connected() {
            return xds.connected();
        }

        @Override
        public @Nullable Instant lastUsed(ObjectKey virtualEnvironment) {
            return expiry.lastUsed(virtualEnvironment);
        }

        @Override
        public Uses uses() {
            return expiry;
        }
    }

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
     * Starts everything, and returns when the current content is served. The ports are opened first, so that probes work
     * while a large input is read. Envoys that connect in the meantime wait.
     *
     * @param input is closed with this, also if this cannot start
     */
    public static ControlPlane start(Input input, Listening listening) throws StartException {
        return start(input, listening, new TranslatedResources());
    }

    /** The same, with other resources. */
    public static ControlPlane start(Input input, Listening listening, Resources resources) throws StartException {
        ControlPlane started;
        try {
            input.check();
            started = new ControlPlane(input, listening, resources);
        } catch (InputException | ListenException | InspectionServer.InspectionListenException e) {
            input.close();
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        try {
            started.begin();
            return started;
        } catch (InputException e) {
            started.close();
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private void begin() throws InputException {
        companion.start();
        input.open(new InputListener() {
            @Override
            public void lostTimes() {
                expiry.keepAgain();
            }

            @Override
            public void decidingChanged() {
                pipeline.decideAgain();
            }
        });
        expiry.begin();
        input.followAuthority(certificates);
        input.start(new Known(expiry::fileOf, pipeline::lastGoodIn), certificates);
        pipeline.watch();
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

    /** Returns the name of what is served, for people. */
    public String input() {
        return input.name();
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
        input.stop();
        companion.close();
        certificateAlarm.close();
        releaseAlarm.close();
        expiryAlarm.close();
        workers.close();
        expiry.close();
        input.close();
        xds.close();
        inspection.close();
        if (health != null) {
            health.close();
        }
        metrics.close();
    }
}
