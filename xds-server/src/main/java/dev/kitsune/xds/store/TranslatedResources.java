package dev.kitsune.xds.store;

import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.gate.ConfigurationFault;
import dev.kitsune.envoy.gate.ResourceGate;
import dev.kitsune.envoy.translate.Translator;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.List;
import java.util.Optional;

/** The resources that {@link Translator} makes. Tests spoil some of them, because Kitsune makes none that an Envoy refuses. */
public class TranslatedResources implements Resources {
    @Override
    public Audience audience(Proxy proxy, SnapshotView view) {
        return Audience.of(proxy, view);
    }

    @Override
    public List<String> wildcard(ResourceType type, Audience audience, SnapshotView view) {
        return Translator.wildcard(type, audience, view);
    }

    @Override
    public List<String> wildcard(
            ResourceType type, Audience audience, VirtualEnvironmentName virtualEnvironment, SnapshotView view) {
        return Translator.wildcard(type, audience, virtualEnvironment, view);
    }

    @Override
    public Optional<Translated> translate(ResourceType type, String name, SnapshotView view) {
        return Translator.translate(type, name, view);
    }

    @Override
    public Optional<Translated> withheld(ResourceType type, String name) {
        return Translator.withheld(type, name);
    }

    @Override
    public List<ConfigurationFault> faults(Translated made) {
        return ResourceGate.faults(made.resource());
    }

    @Override
    public Optional<Translated> atFault(ResourceType type, String name) {
        return Translator.atFault(type, name);
    }

    @Override
    public boolean entitled(Audience audience, ResourceType type, String name, SnapshotView view) {
        return Translator.entitled(audience, type, name, view);
    }

    @Override
    public boolean keeps(Audience audience, ResourceType type, String name, SnapshotView view) {
        return Translator.keeps(audience, type, name, view);
    }
}
