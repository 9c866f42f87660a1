package dev.kitsune.k8s.state;

import dev.kitsune.k8s.read.ResourceListener;
import dev.kitsune.k8s.watch.ApiRefusal;
import dev.kitsune.k8s.watch.Cluster;
import dev.kitsune.k8s.watch.ClusterContent;
import dev.kitsune.k8s.watch.NoClusterException;
import dev.kitsune.model.expiry.Seen;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseStore.Kept;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.source.Deciding;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * What stands in a cluster now, as the replicas serve it.
 *
 * @param content everything that the user may read
 * @param seen the times of virtual environments
 */
public record ClusterNow(
        ClusterContent content,
        Map<VirtualEnvironmentName, Kept> releases,
        Map<ObjectKey, Manifest<?>> lastGood,
        Map<ObjectKey, Seen> seen,
        PMap<ObjectKey, Expired> expired) {
    /**
     * Reads a cluster.
     *
     * @throws NoClusterException if the API server cannot be reached, or the user may not read releases
     */
    public static ClusterNow of(Cluster cluster, String ownNamespace) {
        Pace pace = new Pace(); // Nothing is written.
        try (ClusterReleases releases = new ClusterReleases(cluster.config(), Deciding.NEVER, pace);
                ClusterLastGoods lastGoods = new ClusterLastGoods(cluster.config(), Deciding.NEVER, pace);
                ClusterSightings sightings =
                        new ClusterSightings(cluster.config(), Deciding.NEVER, Instant::now, pace)) {
            ClusterContent content =
                    cluster.read(ownNamespace, ResourceListener.all(List.of(releases, lastGoods, sightings)));
            return new ClusterNow(
                    content,
                    releases.loadAtOnce(),
                    lastGoods.load(),
                    sightings.load().orElseThrow().seen(),
                    sightings.expired(HashTreePMap.empty()));
        } catch (KubernetesClientException e) {
            throw new NoClusterException("the releases of the cluster " + cluster.name() + " cannot be read: "
                    + ApiRefusal.words(e) + "; ask an operator of the cluster for the right to get ReleaseManifests");
        }
    }
}
