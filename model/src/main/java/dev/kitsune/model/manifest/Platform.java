package dev.kitsune.model.manifest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What holds for the whole mesh. At most one; every field has a default.
 *
 * @param trustedProxies before the gateways; null for none
 */
public record Platform(
        Context context,
        @Nullable String defaultVirtualEnvironment,
        Egress egress,
        Limits limits,
        List<AdapterTarget> adapterTargets,
        @Nullable TrustedProxies trustedProxies)
        implements Spec {
    public static final Platform DEFAULT =
            new Platform(Context.DEFAULT, null, Egress.Declared, new Limits(100), List.of(), null);

    public Platform {
        adapterTargets = List.copyOf(adapterTargets);
    }

    /** Where a request's context is read from. Header names are lower case. */
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

    /** What a component may reach. */
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
