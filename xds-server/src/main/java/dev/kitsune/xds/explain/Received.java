package dev.kitsune.xds.explain;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.name.SecretName;
import dev.kitsune.envoy.trace.Outcome;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Delivery;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.explain.Explanation.CredentialView;
import dev.kitsune.xds.explain.Explanation.VariableView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The values that an app or adapter receives with a request in the trace, with their origins. */
record Received(Snapshot snapshot, Places places, @Nullable VirtualEnvironmentName virtualEnvironment) {

    List<VariableView> variables(Proxy proxy, Outcome.Forwarded forwarded) {
        Map<String, Origin> origins = proxy instanceof Proxy.SidecarProxy sidecar ? origins(sidecar) : Map.of();
        List<VariableView> views = new ArrayList<>();
        forwarded.sent().lines().stream()
                .filter(line -> line.name().startsWith(Delivery.VARIABLE_PREFIX))
                .forEach(line -> {
                    Origin origin = origins.get(line.name());
                    views.add(new VariableView(
                            line.name(),
                            line.value(),
                            origin == null ? "" : origin.toString(),
                            origin == null ? null : places.of(origin)));
                });
        return List.copyOf(views);
    }

    private Map<String, Origin> origins(Proxy.SidecarProxy sidecar) {
        Declaration declaration = snapshot.declaration(sidecar.component());
        ResolvedVirtualEnvironment resolved =
                virtualEnvironment == null ? null : snapshot.virtualEnvironment(virtualEnvironment);
        return declaration == null || resolved == null
                ? Map.of()
                : Delivery.of(declaration, resolved).variables().stream()
                        .collect(Collectors.toMap(
                                Delivery.DeliveredVariable::header, Delivery.DeliveredVariable::origin));
    }

    List<CredentialView> credentials(Outcome.Forwarded forwarded) {
        List<CredentialView> views = new ArrayList<>();
        forwarded
                .credentials()
                .forEach((header, secret) -> views.add(
                        SecretName.parse(secret).map(name -> view(header, name)).orElseThrow()));
        return List.copyOf(views);
    }

    private CredentialView view(String header, SecretName name) {
        String secret = SecretPlaces.of(name, snapshot);
        ResolvedVirtualEnvironment resolved =
                virtualEnvironment == null ? null : snapshot.virtualEnvironment(virtualEnvironment);
        return new CredentialView(
                header,
                secret,
                resolved == null
                        ? null
                        : resolved.overlay().secrets().values().stream()
                                .filter(source -> source.location().toString().equals(secret))
                                .findFirst()
                                .map(source -> places.of(source.origin()))
                                .orElse(null));
    }
}
