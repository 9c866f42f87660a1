package dev.kitsune.e2e.accepted;

import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.gate.ConfigurationFault;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.SnapshotView;
import dev.kitsune.xds.store.Resources;
import dev.kitsune.xds.store.TranslatedResources;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.util.List;
import java.util.Optional;

/** Kitsune's resources with an error in one route configuration. The value of a header there is an invalid format. */
record SpoiltRoutes(String name, boolean gated) implements Resources {
    private static final Resources RIGHT = new TranslatedResources();

    @Override
    public Audience audience(Proxy proxy, SnapshotView view) {
        return RIGHT.audience(proxy, view);
    }

    @Override
    public List<String> wildcard(ResourceType type, Audience audience, SnapshotView view) {
        return RIGHT.wildcard(type, audience, view);
    }

    @Override
    public List<String> wildcard(
            ResourceType type, Audience audience, VirtualEnvironmentName virtualEnvironment, SnapshotView view) {
        return RIGHT.wildcard(type, audience, virtualEnvironment, view);
    }

    @Override
    public Optional<Translated> translate(ResourceType type, String of, SnapshotView view) {
        return RIGHT.translate(type, of, view).map(made -> of.equals(name) ? spoilt(made) : made);
    }

    private static Translated spoilt(Translated made) {
        if (!(made.resource() instanceof RouteConfiguration routes) || made.standIn()) {
            return made;
        }
        HeaderValueOption header = HeaderValueOption.newBuilder()
                .setHeader(HeaderValue.newBuilder().setKey("x-off").setValue("50% off"))
                .build();
        return new Translated(routes.toBuilder().addRequestHeadersToAdd(header).build(), false);
    }

    @Override
    public Optional<Translated> withheld(ResourceType type, String of) {
        return RIGHT.withheld(type, of);
    }

    @Override
    public List<ConfigurationFault> faults(Translated made) {
        return gated ? RIGHT.faults(made) : List.of();
    }

    @Override
    public Optional<Translated> atFault(ResourceType type, String of) {
        return RIGHT.atFault(type, of);
    }

    @Override
    public boolean entitled(Audience audience, ResourceType type, String of, SnapshotView view) {
        return RIGHT.entitled(audience, type, of, view);
    }
}
