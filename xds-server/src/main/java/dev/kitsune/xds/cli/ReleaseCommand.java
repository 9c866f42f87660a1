package dev.kitsune.xds.cli;

import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.manifest.VirtualEnvironment.ReleasedApp;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks for a new release. */
@Command(
        name = "release",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Requests a new release of a virtual environment. It becomes active when it has no errors. Until then,"
                    + " the current release stays active. The request is written to the state folder, or to an"
                    + " annotation of the object in a cluster. Your files and the object's spec are not changed.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME:-kitsune release} main --dir envs                          what it releases, once more",
            "  ${COMMAND-FULL-NAME:-kitsune release} main --dir envs --app shop=shop-two@1.5.0 --wait",
            "  ${COMMAND-FULL-NAME:-kitsune release} main --context test --app shop=shop-two --wait",
            "",
            "Exit codes: 0 requested, or active with --wait; 1 not active with --wait; 2 called wrongly."
        })
final class ReleaseCommand implements Callable<Integer> {
    @Parameters(paramLabel = "ENV", description = "The virtual environment.")
    @SuppressWarnings("NullAway.Init") // required
    private VirtualEnvironmentName virtualEnvironment;

    @Mixin
    private final ServedOptions options = new ServedOptions();

    @Option(
            names = "--app",
            paramLabel = "APP=APPDEPLOYMENT[@VERSION]",
            description = "The app deployment to release for an app. Other apps keep theirs. May be repeated.")
    private final Map<String, String> apps = new HashMap<>();

    @Option(names = "--wait", description = "Wait until the release is active, or archived.")
    private boolean wait;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        Catalog catalog = options.read();
        Manifest<?> manifest = options.virtualEnvironment(catalog, virtualEnvironment);
        String refusal = apps.isEmpty() ? null : options.saved().refusal(Kind.AppDeployment);
        if (refusal != null) {
            throw CommandException.usage(refusal);
        }
        Map<String, ReleasedApp> wanted = new HashMap<>(newest(manifest));
        apps.forEach((app, written) -> wanted.put(app, released(catalog, manifest.key(), app, written)));
        if (wanted.isEmpty()) {
            throw CommandException.usage(virtualEnvironment
                    + " has no release to request again: name its apps, such as --app shop=shop-main");
        }
        ReleaseRequest request =
                new ReleaseRequest.Start(UUID.randomUUID().toString(), virtualEnvironment, new Release(wanted, null));
        return new Asking(
                        options.saved(),
                        manifest.key(),
                        request,
                        spec.commandLine().getErr())
                .ask(wait);
    }

    private Map<String, ReleasedApp> newest(Manifest<?> manifest) {
        ReleaseStatus status = options.saved().statuses().getOrDefault(virtualEnvironment, ReleaseStatus.NONE);
        if (status.pending() != null) {
            return status.pending().wanted().apps();
        }
        if (status.active() != null) {
            return status.active().wanted().apps();
        }
        Release release = manifest.spec() instanceof VirtualEnvironment of ? of.release() : null;
        return release == null ? Map.of() : release.apps();
    }

    private static ReleasedApp released(Catalog catalog, ObjectKey virtualEnvironment, String app, String written) {
        int at = written.indexOf('@');
        String name = at < 0 ? written : written.substring(0, at);
        String version = at < 0 ? null : written.substring(at + 1);
        ObjectKey key = new ObjectKey(Kind.AppDeployment, virtualEnvironment.namespace(), name);
        Manifest<?> found = catalog.manifests().get(key);
        if (found == null) {
            TreeSet<String> names = new TreeSet<>();
            catalog.manifests().keySet().stream()
                    .filter(k -> k.kind() == Kind.AppDeployment && k.namespace().equals(virtualEnvironment.namespace()))
                    .forEach(k -> names.add(k.name()));
            throw CommandException.usage("there is no app deployment " + name + " in namespace "
                    + virtualEnvironment.namespace() + DidYouMean.hint(name, names));
        }
        if (found.spec() instanceof AppDeployment of && !of.app().equals(app)) {
            throw CommandException.usage("app deployment " + name + " is of app " + of.app() + ", not " + app);
        }
        return new ReleasedApp(name, version(version, found));
    }

    /** The version that the app deployment has now, so that a Stable release can be asked for by its name alone. */
    private static @Nullable String version(@Nullable String written, Manifest<?> deployment) {
        return written != null || !(deployment.spec() instanceof AppDeployment of) ? written : of.version();
    }
}
