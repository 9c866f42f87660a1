package dev.kitsune.k8s.watch;

import dev.kitsune.model.problem.Fault;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one collection of objects. It lists them, and watches what happens from there on. A watch that ends goes on
 * where it ended, or with a new list if the API server does not remember that any more. A list is handed on as a whole,
 * so nobody ever sees a part of it.
 */
final class ListWatch<T extends HasMetadata> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ListWatch.class);

    /** The pause between two attempts to reach the API server. */
    private static final Duration RETRY = Duration.ofMillis(500);
    /** The pause after an answer that will hardly change by itself. */
    private static final Duration REFUSED = Duration.ofSeconds(2);
    /** The API server ends a watch after this time, or up to twice of it, so that not all of them end together. */
    private static final int WATCH_SECONDS = 300;

    private final String name;
    private final FilterWatchListDeletable<T, ? extends KubernetesResourceList<T>, ?> api;
    private final @Nullable String fields;
    private final CollectionListener<T> listener;
    private final ApiConnection connection;
    private final ApiThreads threads;

    /** Null if the next attempt begins with a list. Guarded by this, like all fields below. */
    private @Nullable String version;

    private @Nullable WatchSession session;
    private boolean closed;

    /** {@code fields}: a selector of fields; null for all objects */
    ListWatch(
            String name,
            FilterWatchListDeletable<T, ? extends KubernetesResourceList<T>, ?> api,
            @Nullable String fields,
            CollectionListener<T> listener,
            ApiConnection connection,
            ApiThreads threads) {
        this.name = name;
        this.api = api;
        this.fields = fields;
        this.listener = listener;
        this.connection = connection;
        this.threads = threads;
    }

    void start() {
        next(Duration.ZERO);
    }

    /** Ends the watch and lists the objects again, because what it says must not count any more. */
    void relist() {
        WatchSession ended;
        synchronized (this) {
            ended = session;
            session = null;
            version = null;
        }
        if (ended != null) {
            ended.end();
            next(REFUSED);
        }
    }

    /** Goes on with another watch, if the current one began before that time, by {@link System#nanoTime}. */
    void resume(long before) {
        WatchSession ended;
        synchronized (this) {
            ended = session;
            if (ended == null || ended.began - before >= 0) {
                return;
            }
            session = null;
            version = ended.from;
        }
        ended.end();
        next(Duration.ZERO);
    }

    @Override
    public void close() {
        WatchSession ended;
        synchronized (this) {
            closed = true;
            ended = session;
            session = null;
        }
        if (ended != null) {
            ended.end();
        }
    }

    private void next(Duration pause) {
        threads.after(pause, this::follow);
    }

    private void follow() {
        WatchSession opened = begin();
        if (opened == null) {
            return;
        }
        try {
            if (opened.from != null) {
                connection.probe();
            } else if (!list(opened)) {
                retry(opened, true, REFUSED);
                return;
            }
            opened.watch();
        } catch (KubernetesClientException e) {
            failed(opened, e);
        } catch (RuntimeException e) {
            if (!isCurrent(opened)) {
                return;
            }
            LOG.error(
                    "{} cannot be followed, and Kitsune tries again; {}",
                    name,
                    Fault.of(e).sentence());
            retry(opened, true, REFUSED);
        }
    }

    private synchronized @Nullable WatchSession begin() {
        if (closed) {
            return null;
        }
        WatchSession opened = new WatchSession(version);
        session = opened;
        return opened;
    }

    private boolean list(WatchSession opened) {
        KubernetesResourceList<T> list =
                api.list(new ListOptionsBuilder().withFieldSelector(fields).build());
        connection.works();
        if (!isCurrent(opened) || !listener.listed(List.copyOf(list.getItems()))) {
            return false;
        }
        opened.reached(list.getMetadata().getResourceVersion());
        return true;
    }

    private void failed(WatchSession opened, KubernetesClientException e) {
        if (ApiRefusal.is(e)) {
            listener.refused(ApiRefusal.words(e));
            retry(opened, true, REFUSED);
            return;
        }
        connection.failed(e);
        retry(opened, ApiRefusal.isAnswer(e), RETRY);
    }

    /** {@code anew}: whether to begin with a list */
    private void retry(WatchSession ended, boolean anew, Duration pause) {
        synchronized (this) {
            if (session != ended) {
                return;
            }
            session = null;
            version = anew ? null : ended.from;
        }
        next(pause);
    }

    private synchronized boolean isCurrent(WatchSession one) {
        return session == one;
    }

    /** One watch. What it says counts until it has ended. */
    private final class WatchSession implements Watcher<T> {
        private final long began = System.nanoTime();
        /** Whether it goes on where another one has ended. */
        private final boolean resumed;

        private volatile @Nullable String from;
        private @Nullable Watch watch;
        private boolean ended;

        private WatchSession(@Nullable String from) {
            this.resumed = from != null;
            this.from = from;
        }

        private void reached(String resourceVersion) {
            from = resourceVersion;
        }

        private void watch() {
            Watch opened = api.watch(
                    new ListOptionsBuilder()
                            .withFieldSelector(fields)
                            .withResourceVersion(from)
                            .withAllowWatchBookmarks(true)
                            .withTimeoutSeconds((long) WATCH_SECONDS
                                    + ThreadLocalRandom.current().nextInt(WATCH_SECONDS))
                            .build(),
                    this);
            synchronized (this) {
                watch = opened;
                if (!ended) {
                    return;
                }
            }
            opened.close();
        }

        private void end() {
            Watch open;
            synchronized (this) {
                ended = true;
                open = watch;
            }
            if (open != null) {
                open.close();
            }
        }

        @Override
        public void eventReceived(Action action, T object) {
            if (!isCurrent(this)) {
                return;
            }
            try {
                switch (action) {
                    case ADDED, MODIFIED -> listener.put(object);
                    case DELETED -> listener.removed(object);
                    case BOOKMARK, ERROR -> LOG.debug("{}: {}", name, action);
                }
                reached(object.getMetadata().getResourceVersion());
            } catch (RuntimeException e) {
                LOG.error("an object of {} is skipped; {}", name, Fault.of(e).sentence());
            }
        }

        @Override
        public void onClose() {
            LOG.debug("the watch of {} is closed", name);
        }

        /** The text of the cause may quote the object at which it happened, and that may be a Secret. */
        @Override
        public void onClose(WatcherException cause) {
            boolean lasted = System.nanoTime() - began > RETRY.toNanos();
            // A watch that cannot go on from its version ends at once each time.
            boolean anew = (resumed && !lasted)
                    || cause.isHttpGone()
                    || cause.getRawWatchMessage().isPresent();
            LOG.debug("the watch of {} has ended, and {}", name, anew ? "is listed again" : "goes on");
            retry(this, anew, lasted ? Duration.ZERO : RETRY);
        }
    }
}
