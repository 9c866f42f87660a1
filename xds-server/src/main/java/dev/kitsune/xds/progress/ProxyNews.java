package dev.kitsune.xds.progress;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.alarm.Alarm;
import dev.kitsune.xds.store.AtProxies;
import dev.kitsune.xds.store.ResourceStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What the proxies of this process have of each virtual environment, and of which ones this has changed. Changes are
 * collected for a moment, so that a mass change becomes few calls.
 */
public final class ProxyNews implements AutoCloseable {
    /** A status that waits for the last acknowledgement is to be written within a second of it. */
    static final Duration MOMENT = Duration.ofMillis(100);

    private final ResourceStore store;
    private final Alarm alarm;
    private final List<ProxyNewsListener> listeners = new CopyOnWriteArrayList<>();

    /** {@code alarm}: serves only this, and is closed with it */
    public ProxyNews(ResourceStore store, Alarm alarm) {
        this.store = store;
        this.alarm = alarm;
        store.whenTouched(() -> alarm.at(alarm.clock().instant().plus(MOMENT), this::tell));
    }

    public void listen(ProxyNewsListener listener) {
        listeners.add(listener);
    }

    private void tell() {
        Set<VirtualEnvironmentName> touched = store.takeTouched();
        if (!touched.isEmpty()) {
            listeners.forEach(listener -> listener.changed(touched));
        }
    }

    /** Returns what the proxies have of a virtual environment now, compared with what is published now. */
    public AtProxies of(VirtualEnvironmentName virtualEnvironment) {
        return store.atProxies(virtualEnvironment);
    }

    @Override
    public void close() {
        alarm.close();
    }
}
