package dev.kitsune.xds.cli;

import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the names in a folder, for completion in the shell. */
@Command(
        name = "names",
        hidden = true,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Prints the names of one kind in a folder, one per line.",
        footerHeading = "%nExamples:%n",
        footer = "  ${COMMAND-FULL-NAME:-kitsune names} environments --dir envs")
final class NamesCommand implements Runnable {
    /** The kinds of names. */
    enum Sort {
        environments {
            @Override
            Stream<String> of(Manifest<?> manifest) {
                return named(manifest, Kind.VirtualEnvironment);
            }
        },
        apps {
            @Override
            Stream<String> of(Manifest<?> manifest) {
                return manifest.spec() instanceof AppDeployment deployment ? Stream.of(deployment.app()) : Stream.of();
            }
        },
        components {
            @Override
            Stream<String> of(Manifest<?> manifest) {
                return manifest.spec() instanceof AppDeployment deployment
                        ? deployment.components().keySet().stream()
                        : Stream.of();
            }
        },
        workloads {
            @Override
            Stream<String> of(Manifest<?> manifest) {
                return named(manifest, Kind.Workload);
            }
        };

        abstract Stream<String> of(Manifest<?> manifest);

        private static Stream<String> named(Manifest<?> manifest, Kind kind) {
            return manifest.key().kind() == kind ? Stream.of(manifest.key().name()) : Stream.of();
        }
    }

    @Parameters(paramLabel = "SORT", description = "One of ${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init") // required
    private Sort sort;

    @Mixin
    private final ServedOptions folder = new ServedOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        folder.read().manifests().values().stream()
                .flatMap(sort::of)
                .distinct()
                .sorted()
                .forEach(spec.commandLine().getOut()::println);
        spec.commandLine().getOut().flush();
    }
}
