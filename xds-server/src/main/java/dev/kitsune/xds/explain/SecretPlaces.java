package dev.kitsune.xds.explain;

import dev.kitsune.envoy.name.SecretName;
import dev.kitsune.envoy.name.SecretName.AdapterTls.TlsPart;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Delivery;
import dev.kitsune.model.snapshot.HeaderValue;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretLocation;
import dev.kitsune.model.snapshot.SnapshotView;
import org.jspecify.annotations.Nullable;

/** The locations of the secrets of Envoys, which are shown instead of their values. */
public final class SecretPlaces {
    private static final String NOWHERE = "nothing";

    private SecretPlaces() {}

    /** Such as {@code payments[main]}. */
    public static String of(SecretName name, SnapshotView view) {
        if (name instanceof SecretName.AppHeader app) {
            Declaration declaration = view.declaration(app.version());
            ResolvedVirtualEnvironment owner = view.virtualEnvironment(app.virtualEnvironment());
            return declaration == null || owner == null
                    ? NOWHERE
                    : Delivery.of(declaration, owner).secrets().stream()
                            .filter(secret -> secret.header().equals(app.header()))
                            .findFirst()
                            .map(secret -> secret.location().toString())
                            .orElse(NOWHERE);
        }
        if (name instanceof SecretName.AdapterHeader header) {
            return adapter(header.virtualEnvironment(), header.adapter(), view)
                                    instanceof ResolvedAdapter.HttpAdapter http
                            && http.headers().get(header.header()) instanceof HeaderValue.WithSecrets value
                    ? value.places()
                    : NOWHERE;
        }
        if (name instanceof SecretName.PeerCertificate || name instanceof SecretName.PeerAuthorities) {
            return "made by Kitsune";
        }
        if (name instanceof SecretName.NoSecret) {
            return NOWHERE;
        }
        if (name instanceof SecretName.GatewayCertificate certificate) {
            return new SecretLocation(new SecretId("", certificate.secret()), null).toString();
        }
        SecretName.AdapterTls part = (SecretName.AdapterTls) name;
        ResolvedAdapter adapter = adapter(part.virtualEnvironment(), part.adapter(), view);
        ResolvedAdapter.ResolvedTls tls = adapter instanceof ResolvedAdapter.HttpAdapter http
                ? http.target().tls()
                : adapter instanceof ResolvedAdapter.TcpAdapter tcp
                        ? tcp.target().tls()
                        : null;
        SecretLocation location = tls == null ? null : part.part() == TlsPart.ca ? tls.ca() : tls.clientCertificate();
        return location == null ? NOWHERE : location.toString();
    }

    private static @Nullable ResolvedAdapter adapter(
            VirtualEnvironmentName virtualEnvironment, AdapterName adapter, SnapshotView view) {
        ResolvedVirtualEnvironment owner = view.virtualEnvironment(virtualEnvironment);
        return owner == null ? null : owner.adapters().get(adapter);
    }
}
