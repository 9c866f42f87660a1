package dev.kitsune.model.manifest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the whole mesh. There is at most one, and every field has a default.
 *
 * @param outside the calls to what is not declared
 * @param reservedNames of virtual environments
 * @param mesh how proxies protect the calls among each other
 */
public record Platform(
        Context context,
        @Nullable VirtualEnvironmentName defaultVirtualEnvironment,
        OutsideCalls outside,
        Limits limits,
        GatewaySettings gateway,
        ReservedNames reservedNames,
        PeerTls mesh)
        implements Spec {
    public static final Platform DEFAULT = new Platform(
            Context.DEFAULT,
            null,
            OutsideCalls.DEFAULT,
            new Limits(100),
            GatewaySettings.DEFAULT,
            ReservedNames.NONE,
            PeerTls.Off);

    /** A platform on which captured connections that are not HTTP pass, and without TLS at gateways and among proxies. */
    public Platform(
            Context context,
            @Nullable VirtualEnvironmentName defaultVirtualEnvironment,
            Egress egress,
            Limits limits,
            List<AdapterTarget> adapterTargets,
            @Nullable TrustedProxies trustedProxies,
            ReservedNames reservedNames) {
        this(
                context,
                defaultVirtualEnvironment,
                new OutsideCalls(egress, OutsideCalls.DEFAULT.passthrough(), adapterTargets),
                limits,
                new GatewaySettings(trustedProxies, null),
                reservedNames,
                PeerTls.Off);
    }

    /** The proxies before the gateways; null for none. */
    public @Nullable TrustedProxies trustedProxies() {
        return gateway.trustedProxies();
    }

    public Egress egress() {
        return outside.egress();
    }

    public List<AdapterTarget> adapterTargets() {
        return outside.adapterTargets();
    }

    /** Returns the same settings without TLS among proxies. */
    public Platform withoutPeerTls() {
        return new Platform(context, defaultVirtualEnvironment, outside, limits, gateway, reservedNames, PeerTls.Off);
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

    /**
     * What happens to calls to what a component does not declare.
     *
     * @param adapterTargets the kinds of address that adapters may name
     */
    public record OutsideCalls(Egress egress, Passthrough passthrough, List<AdapterTarget> adapterTargets) {
        public static final OutsideCalls DEFAULT = new OutsideCalls(Egress.Declared, Passthrough.Allow, List.of());

        public OutsideCalls {
            adapterTargets = List.copyOf(adapterTargets);
        }
    }

    /** How proxies use TLS among each other. */
    public enum PeerTls {
        Off,
        Permissive,
        Strict
    }

    /** What happens to a captured connection that is neither HTTP nor to a declared dependency. */
    public enum Passthrough {
        Allow,
        Refuse
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
