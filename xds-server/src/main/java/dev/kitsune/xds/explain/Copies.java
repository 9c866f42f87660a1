package dev.kitsune.xds.explain;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.name.ClusterName;
import dev.kitsune.envoy.trace.Outcome;
import dev.kitsune.envoy.translate.Translator;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Delivery;
import dev.kitsune.model.snapshot.ResolvedMirror;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.explain.Explanation.CopyView;
import dev.kitsune.xds.explain.Explanation.CredentialView;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The copies of a request in the trace, with their targets and credentials. */
record Copies(Snapshot snapshot, Places places, @Nullable VirtualEnvironmentName virtualEnvironment) {
    List<CopyView> of(Outcome.Forwarded forwarded) {
        return forwarded.mirrors().stream()
                .flatMap(cluster -> ClusterName.parse(cluster).stream())
                .flatMap(name ->
                        name instanceof ClusterName.MirrorClusterName mirror ? view(mirror).stream() : Stream.empty())
                .toList();
    }

    private Optional<CopyView> view(ClusterName.MirrorClusterName mirror) {
        ResolvedVirtualEnvironment copied =
                virtualEnvironment == null ? null : snapshot.virtualEnvironment(virtualEnvironment);
        return copied == null
                ? Optional.empty()
                : copied.mirrors().getOrDefault(mirror.version().name(), List.of()).stream()
                        .filter(made ->
                                made.to().equals(mirror.to()) && made.version().equals(mirror.version()))
                        .findFirst()
                        .map(made -> view(mirror, made));
    }

    private CopyView view(ClusterName.MirrorClusterName mirror, ResolvedMirror made) {
        return new CopyView(
                made.version().toString(),
                made.to(),
                made.percent(),
                endpoints(mirror),
                credentials(made),
                made.origin().toString(),
                places.of(made.origin()));
    }

    private List<String> endpoints(ClusterName.MirrorClusterName mirror) {
        return Translator.translate(ResourceType.ENDPOINT, mirror.toString(), snapshot).stream()
                .flatMap(assignment -> ((ClusterLoadAssignment) assignment.resource()).getEndpointsList().stream())
                .flatMap(locality -> locality.getLbEndpointsList().stream())
                .map(endpoint -> endpoint.getEndpoint().getAddress().getSocketAddress())
                .map(address -> address.getAddress() + ":" + address.getPortValue())
                .toList();
    }

    /** Returns the credentials of the virtual environment that receives it. */
    private List<CredentialView> credentials(ResolvedMirror made) {
        Declaration declaration = snapshot.declaration(made.version());
        ResolvedVirtualEnvironment to = snapshot.virtualEnvironment(made.to());
        return declaration == null || to == null
                ? List.of()
                : Delivery.of(declaration, to).secrets().stream()
                        .map(secret -> new CredentialView(
                                secret.header(), secret.location().toString(), places.of(secret.origin())))
                        .toList();
    }
}
