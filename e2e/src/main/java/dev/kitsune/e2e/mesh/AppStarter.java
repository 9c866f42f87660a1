package dev.kitsune.e2e.mesh;

import dev.kitsune.e2e.app.EchoApp;
import dev.kitsune.model.snapshot.ComponentVersion;

/** Starts the app of a component version. */
@FunctionalInterface
public interface AppStarter {
    /** Starts the usual stand-in app of a mesh. */
    AppStarter ECHO = (component, port, outboundPort) -> {
        EchoApp app = new EchoApp(component.name().component(), component.version(), port, outboundPort);
        return app::close;
    };

    /**
     * Starts an app.
     *
     * @param port the port of the app
     * @param outboundPort the port of its sidecar for outbound calls
     * @return the running app, which stops when it is closed
     */
    Running start(ComponentVersion component, int port, int outboundPort);
}
