package dev.kitsune.model.manifest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the whole mesh. There is at most one, and every field has a default.
 *
 * @param trustedProxies before the gateways; null for none
 * @param reservedNames of virtual environments
 */
public record Platform(
        Context context,
        @Nullable VirtualEnvironmentName defaultVirtualEnvironment,
        Egress egress,
        Limits limits,
        List<AdapterTarget> adapterTargets,
        @Nullable TrustedProxies trustedProxies,
        ReservedNames reservedNames)
        implements Spec {
    public static final Platform DEFAULT =
            new Platform(Context.DEFAULT, null, Egress.Declared, new Limits(100), List.of(), null, ReservedNames.NONE);

    public Platform {
        adapterTargets = List.copyOf(adapterTargets);
    }

    /** The sources of a request's context. Header names are in lower case. */
    public record Context(
            String header,
            String deploymentHeader,
            boolean baggage,
            boolean query,
            @Nullable String host,
            boolean cookie) {
        public static final Context DEFAULT =
                new Context("kitsune-env", "kitsune-dep", true, true, "{env}.preview.localhost", true);
    }

    /** The hosts that a component may call. */
    public enum Egress {
        Declared,
        Any
    }

    /** Limits what one virtual environment can make proxies hold. */
    public record Limits(int selectableDeployments) {}

    /** Kinds of address that adapters may name although they lead into a host or to a cloud's metadata. */
    public enum AdapterTarget {
        Loopback,
        LinkLocal
    }
}
