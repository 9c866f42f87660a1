package dev.kitsune.xds.cli;

import dev.kitsune.k8s.state.ClusterNow;
import dev.kitsune.k8s.state.ClusterRequests;
import dev.kitsune.k8s.watch.Cluster;
import dev.kitsune.k8s.watch.NoClusterException;
import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.expiry.Expirations;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A cluster, whose objects hold the state. It is read once, when the command is called. */
final class SavedCluster implements Saved {
    private final Cluster cluster;
    private final ClusterNow now;
    private final UnreadObjects unread;

    /** @throws NoClusterException if it cannot be read, or if the user may not read virtual environments */
    SavedCluster(Cluster cluster, String systemNamespace) {
        this.cluster = cluster;
        this.now = ClusterNow.of(cluster, systemNamespace);
        this.unread = new UnreadObjects(now.content(), cluster.namespace());
        String refusal = refusal(Kind.VirtualEnvironment);
        if (refusal != null) {
            throw new NoClusterException(refusal);
        }
    }

    @Override
    public String name() {
        return "the cluster " + cluster.name();
    }

    @Override
    public Catalog read() {
        return now.content().change().catalog();
    }

    @Override
    public @Nullable String refusal(Kind kind) {
        return unread.refusal(kind).orElse(null);
    }

    @Override
    public List<String> notes() {
        return unread.notes();
    }

    /** Without one of the kinds, nearly every answer would be wrong. */
    @Override
    public ResolvedInput resolved() {
        unread.refusal().ifPresent(why -> {
            throw CommandException.usage(why);
        });
        return ResolvedInput.served(cluster, now, Instant.now());
    }

    @Override
    public Map<VirtualEnvironmentName, ReleaseStatus> statuses() {
        Map<VirtualEnvironmentName, ReleaseStatus> statuses = new TreeMap<>();
        now.releases().forEach((name, kept) -> statuses.put(name, kept.status()));
        return statuses;
    }

    @Override
    public Expirations expirations(Instant at) {
        return Expirations.kept(now.seen());
    }

    @Override
    public void ask(ObjectKey virtualEnvironment, ReleaseRequest request) {
        new ClusterRequests(cluster).ask(virtualEnvironment, request);
    }

    @Override
    public int follow(ObjectKey virtualEnvironment, ProgressCheck check) {
        AtomicInteger code = new AtomicInteger(ExitCode.FAILED);
        new ClusterRequests(cluster).follow(virtualEnvironment, (status, asked) -> check.outcome(status, asked)
                .map(outcome -> {
                    code.set(outcome);
                    return true;
                })
                .orElse(false));
        return code.get();
    }
}
