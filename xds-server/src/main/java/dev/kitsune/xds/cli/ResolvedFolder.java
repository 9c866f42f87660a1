package dev.kitsune.xds.cli;

import dev.kitsune.model.expiry.Expirations;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.release.Decision;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.release.Releases;
import dev.kitsune.model.release.Releasing;
import dev.kitsune.model.resolve.Catalog;
import dev.kitsune.model.resolve.CatalogChange;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.ResolvedEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/** A folder as {@code serve} would serve it, and the names that users give for things in it. */
record ResolvedFolder(Path dir, Catalog catalog, Snapshot snapshot, Releases releases) {

    /**
     * At a time.
     *
     * @param kept the state of its releases; where there is none, each is tried for the first time
     * @param seen what has expired of it
     */
    static ResolvedFolder of(
            Path dir, CatalogChange read, Map<String, ReleaseStatus> kept, Expirations seen, Instant now) {
        Expirations expirations =
                seen.next(read, read.catalog().manifests().keySet(), now).next();
        CatalogChange marked = new CatalogChange(
                read.catalog().withExpired(expirations.expired()), read.objects(), read.secrets(), read.problems());
        Decision decision = Releasing.next(Releases.kept(kept), null, marked, List.of(), now);
        return new ResolvedFolder(dir, read.catalog(), decision.resolution().snapshot(), decision.releases());
    }

    /** The virtual environment of a name; refuses one that is not served, and says why. */
    ResolvedEnvironment environment(String name) {
        ResolvedEnvironment found = snapshot.environment(name);
        if (found != null) {
            return found;
        }
        boolean leftOut = catalog.manifests().keySet().stream()
                .anyMatch(key ->
                        key.kind() == Kind.VirtualEnvironment && key.name().equals(name));
        throw Refusal.usage(
                leftOut
                        ? "the virtual environment \"" + name
                                + "\" is in the folder, but left out because of a problem: `kitsune check " + dir
                                + "` says which"
                        : "there is no virtual environment \"" + name + "\""
                                + DidYouMean.hint(name, snapshot.environments().keySet()));
    }

    /** All component versions that anything here names. */
    Set<ComponentVersion> versions() {
        Set<ComponentVersion> versions = new TreeSet<>(snapshot.declarations().keySet());
        versions.addAll(snapshot.workloads().keySet());
        return versions;
    }

    /**
     * The component version that {@code [APP/]COMPONENT[@VERSION]} means. Without a version it is the environment's, or the
     * only one there is.
     *
     * @param environment in which it calls; asked with any version of it
     */
    ComponentVersion component(String text, Function<ComponentVersion, Optional<ResolvedEnvironment>> environment) {
        int at = text.indexOf('@');
        String name = at < 0 ? text : text.substring(0, at);
        List<ComponentVersion> all =
                versions().stream().filter(version -> isCalled(version, name)).toList();
        if (all.isEmpty()) {
            throw Refusal.usage("there is no component \"" + name + "\""
                    + DidYouMean.hint(
                            name,
                            versions().stream()
                                    .flatMap(v -> Stream.of(
                                            v.name().component(), v.name().toString()))
                                    .collect(java.util.stream.Collectors.toCollection(TreeSet::new))));
        }
        if (all.stream().map(ComponentVersion::name).distinct().count() > 1) {
            throw Refusal.usage("several apps have a component \"" + name + "\": write "
                    + all.get(0).name());
        }
        if (at >= 0) {
            String version = text.substring(at + 1);
            return all.stream()
                    .filter(one -> one.version().equals(version))
                    .findFirst()
                    .orElseThrow(() -> Refusal.usage("there is no version \"" + version + "\" of " + name
                            + DidYouMean.hint(
                                    version,
                                    all.stream().map(ComponentVersion::version).toList())));
        }
        return environment
                .apply(all.get(0))
                .flatMap(chosen ->
                        Optional.ofNullable(chosen.components().get(all.get(0).name())))
                .map(ResolvedEnvironment.ResolvedComponent::version)
                .or(() -> all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty())
                .orElseThrow(
                        () -> Refusal.usage(name + " has several versions: name the environment with --env, or write "
                                + text + "@" + all.get(0).version()));
    }

    private static boolean isCalled(ComponentVersion version, String name) {
        return version.name().component().equals(name)
                || version.name().toString().equals(name);
    }
}
