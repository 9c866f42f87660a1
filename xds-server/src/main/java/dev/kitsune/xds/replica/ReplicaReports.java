package dev.kitsune.xds.replica;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.store.AtProxies;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the other replicas have reported, at the holder. A replica that is killed stays until it counts as silent,
 * because one that only reconnects is not to be missed in between.
 */
final class ReplicaReports {
    /**
     * The beats without a report after which a replica is silent. A process that was paused has missed no beats, so it
     * does not find the others silent.
     */
    private static final int SILENCE = 5;

    private final ReadyReplicas ready;
    private final String self;

    /** Guarded by this, like all fields below. */
    private final Map<String, Reported> replicas = new HashMap<>();

    /** Since when a ready replica has been missed. */
    private final Map<String, Long> missed = new HashMap<>();

    private ForAll told = ForAll.NOTHING;
    private long now;

    /**
     * What shows at every virtual environment.
     *
     * @param silent the silent replicas
     * @param anyProxy whether any proxy is connected to any replica
     */
    private record ForAll(Set<String> silent, boolean anyProxy) {
        static final ForAll NOTHING = new ForAll(Set.of(), false);
    }

    /** One replica's reports, together. */
    private static final class Reported {
        final Map<VirtualEnvironmentName, ReportedVirtualEnvironment> virtualEnvironments = new HashMap<>();
        int connected;
        long at;
    }

    ReplicaReports(ReadyReplicas ready, String self) {
        this.ready = ready;
        this.self = self;
    }

    /** Returns the virtual environments that a report is about. */
    synchronized Set<VirtualEnvironmentName> add(ReplicaReport report) {
        Reported replica = replicas.computeIfAbsent(report.replica(), name -> new Reported());
        Set<VirtualEnvironmentName> touched = new HashSet<>();
        if (report.whole()) {
            touched.addAll(replica.virtualEnvironments.keySet());
            replica.virtualEnvironments.clear();
        }
        for (ReportedVirtualEnvironment one : report.virtualEnvironments()) {
            touched.add(one.name());
            if (one.isNothing()) {
                replica.virtualEnvironments.remove(one.name());
            } else {
                replica.virtualEnvironments.put(one.name(), one);
            }
        }
        replica.connected = report.connected();
        replica.at = now;
        missed.remove(report.replica());
        return touched;
    }

    /** Counts one more second in which this process ran. */
    synchronized void beat() {
        now++;
    }

    /** Forgets everything, because another replica is the holder. */
    synchronized void clear() {
        replicas.clear();
        missed.clear();
        told = ForAll.NOTHING;
    }

    /** Adds the reports to what this replica has. A replica that nobody names as ready may still have proxies. */
    synchronized AcrossReplicas with(
            ThisReplica here, VirtualEnvironmentName virtualEnvironment, ServedGeneration wanted) {
        Set<String> silent = silent();
        Set<String> behind = new TreeSet<>(ready.names());
        behind.removeAll(replicas.keySet());
        behind.remove(self);
        int connected = here.connected();
        AtProxies proxies = here.atProxies(virtualEnvironment);
        if (!wanted.equals(here.generation(virtualEnvironment))) {
            behind.add(self);
        }
        for (Map.Entry<String, Reported> each : replicas.entrySet()) {
            connected += each.getValue().connected;
            ReportedVirtualEnvironment one = each.getValue().virtualEnvironments.get(virtualEnvironment);
            proxies = one == null ? proxies : proxies.plus(one.atProxies());
            if (!wanted.equals(one == null ? null : one.served())) {
                behind.add(each.getKey());
            }
        }
        behind.removeAll(silent);
        return new AcrossReplicas(connected, proxies, List.copyOf(behind), List.copyOf(silent));
    }

    /** Whether each ready replica has reported or is silent. */
    synchronized boolean isComplete() {
        Set<String> awaited = new HashSet<>(ready.names());
        awaited.remove(self);
        awaited.removeAll(silent());
        return replicas.keySet().containsAll(awaited);
    }

    /**
     * Whether something that shows at every virtual environment has changed since this was asked last: a replica is
     * silent or is not any more, the first proxy has come, or the last one has gone.
     */
    synchronized boolean hasChangedForAll(ThisReplica here) {
        Set<String> silent = silent();
        boolean anyProxy =
                here.connected() > 0 || replicas.values().stream().anyMatch(replica -> replica.connected > 0);
        ForAll before = told;
        told = new ForAll(silent, anyProxy);
        return !told.equals(before);
    }

    /** Drops the reports of silent replicas, and returns the ready ones among the silent. */
    private Set<String> silent() {
        Set<String> named = ready.names();
        replicas.entrySet().removeIf(each -> {
            long last = each.getValue().at;
            if (isOver(last)) {
                missed.put(each.getKey(), last);
            }
            return isOver(last);
        });
        missed.keySet().retainAll(named);
        Set<String> silent = new TreeSet<>();
        for (String name : named) {
            if (!name.equals(self) && !replicas.containsKey(name)) {
                long since = missed.computeIfAbsent(name, n -> now);
                if (isOver(since)) {
                    silent.add(name);
                }
            }
        }
        return silent;
    }

    private boolean isOver(long since) {
        return now - since >= SILENCE;
    }
}
