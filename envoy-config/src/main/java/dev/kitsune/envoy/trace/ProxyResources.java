package dev.kitsune.envoy.trace;

import com.google.protobuf.Message;
import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.envoy.translate.Translator;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import java.util.Optional;
import java.util.stream.Stream;

/** The resources of one audience by name, restricted to its rights. */
record ProxyResources(Audience audience, SnapshotView view) {

    <M extends Message> Optional<M> get(ResourceType type, String name, Class<M> as) {
        return (Translator.entitled(audience, type, name, view)
                        ? Translator.translate(type, name, view)
                        : Translator.withheld(type, name))
                .map(Translated::resource)
                .map(as::cast);
    }

    /** The scope with a key, such as {@code gw/main}. */
    Optional<ScopedRouteConfiguration> scope(String key) {
        VirtualEnvironmentName virtualEnvironment = ScopeKey.parse(key).virtualEnvironment();
        return Stream.concat(
                        Translator.wildcard(ResourceType.SCOPED_ROUTE, audience, view).stream(),
                        Translator.wildcard(ResourceType.SCOPED_ROUTE, audience, virtualEnvironment, view).stream())
                .flatMap(name -> get(ResourceType.SCOPED_ROUTE, name, ScopedRouteConfiguration.class).stream())
                .filter(scope -> scope.getKey().getFragments(0).getStringKey().equals(key))
                .findFirst();
    }
}
