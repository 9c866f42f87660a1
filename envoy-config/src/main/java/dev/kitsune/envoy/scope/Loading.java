package dev.kitsune.envoy.scope;

import dev.kitsune.envoy.Audience;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SnapshotView;
import java.util.Optional;

/** Whether a proxy may load a virtual environment, and what its request is answered if not. */
public final class Loading {
    private Loading() {}

    /** A reason for which a virtual environment cannot be loaded. */
    public enum Cause {
        UNKNOWN(5),
        NOT_ALLOWED(7),
        REJECTED(9),
        NOT_IN_TIME(10);

        private final int grpcStatus;

        Cause(int grpcStatus) {
            this.grpcStatus = grpcStatus;
        }

        /** The gRPC status of the call. The script {@code load.lua} knows the HTTP status for each. */
        public int grpcStatus() {
            return grpcStatus;
        }
    }

    /** The answer to a request whose virtual environment cannot be loaded. */
    public record LoadRefusal(Cause cause, String text) {}

    /** Returns the refusal; empty if there are scopes to load. */
    public static Optional<LoadRefusal> refusal(
            Audience audience, VirtualEnvironmentName virtualEnvironment, SnapshotView view) {
        ResolvedVirtualEnvironment resolved = view.virtualEnvironment(virtualEnvironment);
        if (resolved == null) {
            return Optional.of(unknown(virtualEnvironment));
        }
        return ScopedRoutes.names(audience, virtualEnvironment, view).isEmpty()
                ? Optional.of(new LoadRefusal(
                        Cause.NOT_ALLOWED,
                        quoted(virtualEnvironment) + " belongs to the environment " + resolved.environment()
                                + ", for which this workload may not act"))
                : Optional.empty();
    }

    public static LoadRefusal unknown(VirtualEnvironmentName virtualEnvironment) {
        return new LoadRefusal(Cause.UNKNOWN, "there is no " + quoted(virtualEnvironment));
    }

    /** The virtual environment is not served because of mistakes in its manifest. */
    public static LoadRefusal leftOut(VirtualEnvironmentName virtualEnvironment) {
        return new LoadRefusal(
                Cause.UNKNOWN,
                unknown(virtualEnvironment).text()
                        + ": its manifest has errors, which `kitsune check` and the control plane's page show");
    }

    /** The proxy rejects a resource of the virtual environment. */
    public static LoadRefusal rejected(VirtualEnvironmentName virtualEnvironment) {
        return new LoadRefusal(
                Cause.REJECTED,
                quoted(virtualEnvironment)
                        + " is broken: this proxy rejects it, and the control plane's page shows why");
    }

    /** {@code why}: what did not happen in time */
    public static LoadRefusal notInTime(VirtualEnvironmentName virtualEnvironment, String why) {
        return new LoadRefusal(Cause.NOT_IN_TIME, quoted(virtualEnvironment) + " could not be loaded: " + why);
    }

    private static String quoted(VirtualEnvironmentName virtualEnvironment) {
        return "virtual environment \"" + virtualEnvironment + "\"";
    }
}
