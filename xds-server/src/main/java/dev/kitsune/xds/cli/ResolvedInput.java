package dev.kitsune.xds.cli;

import dev.kitsune.k8s.read.RefusedSecrets;
import dev.kitsune.k8s.state.ClusterNow;
import dev.kitsune.k8s.watch.Cluster;
import dev.kitsune.k8s.watch.ClusterContent;
import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.release.Releases;
import dev.kitsune.model.release.Releasing;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.source.Deciding;
import dev.kitsune.model.virtualenvironment.CertificateDates;
import dev.kitsune.xds.alarm.Alarm;
import dev.kitsune.xds.alarm.AlarmListener;
import dev.kitsune.xds.check.EnvoyProblems;
import dev.kitsune.xds.expiry.ExpiryStage;
import dev.kitsune.xds.folder.FolderSource;
import dev.kitsune.xds.folder.Known;
import dev.kitsune.xds.pipeline.Pipeline;
import dev.kitsune.xds.pipeline.Recalled;
import dev.kitsune.xds.pipeline.Stages;
import dev.kitsune.xds.pipeline.Stores;
import dev.kitsune.xds.pipeline.Workers;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.pcollections.PMap;

/**
 * A folder or a cluster as {@code serve} would serve it, with lookups by users' names.
 *
 * @param check the command that prints its problems
 */
record ResolvedInput(String check, Catalog catalog, Snapshot snapshot, List<Problem> problems, Releases releases) {

    /** Resolves a folder at a time, on top of the saved state. */
    static ResolvedInput of(Path dir, Recalled kept, Instant now) {
        return of(dir, Releasing::next, kept, now);
    }

    /** Resolves a folder as if it were newly read, and as if all its releases were active. */
    static ResolvedInput asWritten(Path dir) {
        return of(dir, Releasing::asWritten, Recalled.NOTHING, Instant.EPOCH);
    }

    /** Resolves what was read of a cluster as if all its releases were active. */
    static ResolvedInput asWritten(Cluster cluster, ClusterContent content) {
        Pipeline pipeline =
                pipeline(change -> change, Releasing::asWritten, Recalled.NOTHING, new Moment(Instant.EPOCH));
        return of(cluster, pipeline, content);
    }

    /** Resolves what stands in a cluster as its replicas serve it. */
    static ResolvedInput served(Cluster cluster, ClusterNow stored, Instant now) {
        Recalled kept = new Recalled(stored.releases(), stored.lastGood(), null);
        Stages.Expire expire = change ->
                change.with(change.catalog().withExpired(stored.expired()), change.objects(), change.problems());
        Pipeline pipeline = pipeline(expire, Releasing::follow, kept, new Moment(now));
        return of(cluster, pipeline, stored.content());
    }

    private static ResolvedInput of(Cluster cluster, Pipeline pipeline, ClusterContent content) {
        String check = "kitsune check --context " + cluster
                + (cluster.namespace() == null ? "" : " --namespace " + cluster.namespace());
        CatalogChange read = content.change();
        ResolvedInput resolved = of(check, pipeline, read);
        return RefusedSecrets.in(read.problems()).isEmpty()
                ? resolved
                : of(check, pipeline, UnknownSecrets.standIn(read, resolved.snapshot()));
    }

    private static ResolvedInput of(Path dir, Stages.Decide decide, Recalled kept, Instant now) {
        boolean alive = kept.sightings() != null && kept.sightings().isAlive(now);
        Moment moment = new Moment(now);
        ExpiryStage expiry =
                new ExpiryStage(kept.sighted(), alive ? Deciding.NEVER : Deciding.ALWAYS, moment, () -> {});
        expiry.begin();
        Pipeline pipeline = pipeline(expiry::expire, decide, kept, moment);
        CatalogChange read = FolderSource.readOnce(dir, new Known(expiry::fileOf, pipeline::lastGoodIn));
        return of("kitsune check " + dir, pipeline, read);
    }

    private static ResolvedInput of(String check, Pipeline pipeline, CatalogChange read) {
        pipeline.accept(read);
        Snapshot snapshot = Objects.requireNonNull(pipeline.state().snapshot(), pipeline.state()::failure);
        return new ResolvedInput(
                check,
                read.catalog(),
                snapshot,
                pipeline.state().problems().all(),
                Objects.requireNonNull(pipeline.decided()).releases());
    }

    /** Resolves the same input with another version of one object, or with one more, as if all releases were active. */
    ResolvedInput with(Manifest<?> manifest) {
        PMap<ObjectKey, Manifest<?>> manifests = catalog.manifests().plus(manifest.key(), manifest);
        Catalog changed = new Catalog(manifests, catalog.secrets(), catalog.namespacedSecrets())
                .withLabels(catalog.namespaces().labels());
        Pipeline pipeline =
                pipeline(change -> change, Releasing::asWritten, Recalled.NOTHING, new Moment(Instant.EPOCH));
        return of(check, pipeline, new CatalogChange(changed, manifests.keySet(), Set.of(), List.of()));
    }

    /**
     * Returns the problems of resolving, those for which Envoy would reject resources, and the certificates that expire.
     * What is resolved as written knows no time.
     */
    List<Problem> allProblems(Instant now) {
        return Stream.of(
                        problems,
                        EnvoyProblems.of(catalog, snapshot),
                        CertificateDates.of(catalog).problems(now))
                .flatMap(List::stream)
                .sorted(Problem.ORDER)
                .toList();
    }

    private static Pipeline pipeline(Stages.Expire expire, Stages.Decide decide, Recalled kept, Moment now) {
        return new Pipeline(
                new Stages(expire, decide, (snapshot, changed) -> {}),
                new Stores(kept, kept.lastGoods(), true, false),
                now,
                Workers.SAME_THREAD);
    }

    /** A clock that stands still. */
    private record Moment(Instant now) implements Alarm {
        @Override
        public InstantSource clock() {
            return InstantSource.fixed(now);
        }

        @Override
        public void at(Instant time, AlarmListener listener) {
            // The time never comes.
        }

        @Override
        public void close() {
            // Nothing waits.
        }
    }

    /** Returns the virtual environment with a name. If it is not served, the command fails with the reason. */
    ResolvedVirtualEnvironment virtualEnvironment(VirtualEnvironmentName name) {
        ResolvedVirtualEnvironment found = snapshot.virtualEnvironment(name);
        if (found != null) {
            return found;
        }
        boolean leftOut = catalog.manifests().keySet().stream()
                .anyMatch(key -> key.kind() == Kind.VirtualEnvironment
                        && key.virtualEnvironmentName().equals(name));
        throw CommandException.usage(
                leftOut
                        ? "the virtual environment \"" + name + "\" is there, but left out because of a problem: `"
                                + check + "` says which"
                        : "there is no virtual environment \"" + name + "\""
                                + DidYouMean.hint(
                                        name, snapshot.virtualEnvironments().keySet()));
    }

    /** All component versions that anything here names. */
    Set<ComponentVersion> versions() {
        Set<ComponentVersion> versions = new TreeSet<>(snapshot.declarations().keySet());
        versions.addAll(snapshot.workloads().keySet());
        return versions;
    }

    /**
     * The component version that {@code [APP/]COMPONENT[@VERSION]} means. Without a version it is the virtual
     * environment's, or the only one there is.
     *
     * @param virtualEnvironment finds the virtual environment of its calls, for any version of it
     */
    ComponentVersion component(
            String text, Function<ComponentVersion, Optional<ResolvedVirtualEnvironment>> virtualEnvironment) {
        int at = text.indexOf('@');
        String name = at < 0 ? text : text.substring(0, at);
        List<ComponentVersion> all =
                versions().stream().filter(version -> isCalled(version, name)).toList();
        if (all.isEmpty()) {
            throw CommandException.usage("there is no component \"" + name + "\""
                    + DidYouMean.hint(
                            name,
                            versions().stream()
                                    .flatMap(v -> Stream.of(
                                            v.name().component(), v.name().toString()))
                                    .collect(java.util.stream.Collectors.toCollection(TreeSet::new))));
        }
        if (all.stream().map(ComponentVersion::name).distinct().count() > 1) {
            throw CommandException.usage("several apps have a component \"" + name + "\": write "
                    + all.get(0).name());
        }
        if (at >= 0) {
            String version = text.substring(at + 1);
            return all.stream()
                    .filter(one -> one.version().equals(version))
                    .findFirst()
                    .orElseThrow(() -> CommandException.usage("there is no version \"" + version + "\" of " + name
                            + DidYouMean.hint(
                                    version,
                                    all.stream().map(ComponentVersion::version).toList())));
        }
        return virtualEnvironment
                .apply(all.get(0))
                .flatMap(chosen ->
                        Optional.ofNullable(chosen.components().get(all.get(0).name())))
                .map(ResolvedVirtualEnvironment.ResolvedComponent::version)
                .or(() -> all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty())
                .orElseThrow(() -> CommandException.usage(
                        name + " has several versions: name the virtual environment with --env, or write " + text + "@"
                                + all.get(0).version()));
    }

    private static boolean isCalled(ComponentVersion version, String name) {
        return version.name().component().equals(name)
                || version.name().toString().equals(name);
    }
}
