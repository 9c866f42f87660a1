package dev.kitsune.e2e.mesh;

import dev.kitsune.e2e.app.EchoApp;
import dev.kitsune.model.snapshot.ComponentVersion;

/** Starts the app of a component version; closing what it returns stops it. */
@FunctionalInterface
public interface AppStarter {
    /** What a mesh runs where nothing else is asked for. */
    AppStarter ECHO = (component, port, outboundPort) -> {
        EchoApp app = new EchoApp(component.name().component(), component.version(), port, outboundPort);
        return app::close;
    };

    /**
     * Starts it.
     *
     * @param port where its sidecar finds it
     * @param outboundPort where it finds its sidecar
     */
    Running start(ComponentVersion component, int port, int outboundPort);
}
