package dev.kitsune.envoy.secret;

import com.google.protobuf.ByteString;
import dev.kitsune.envoy.Translated;
import dev.kitsune.envoy.name.SecretName;
import dev.kitsune.model.manifest.GatewayTls;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Delivery;
import dev.kitsune.model.snapshot.HeaderValue;
import dev.kitsune.model.snapshot.PeerIdentity;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretLocation;
import dev.kitsune.model.snapshot.SecretValue;
import dev.kitsune.model.snapshot.SnapshotView;
import dev.kitsune.model.virtualenvironment.GatewayCertificates;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.GenericSecret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The one place where a secret's value leaves the snapshot. */
public final class Secrets {
    private static final String AUTHORITIES = "ca.crt";

    private Secrets() {}

    /**
     * Returns the secret. It is empty for a missing certificate, because Envoy rejects one without content, and its
     * cluster is removed as well. The port of a gateway stays: Envoy ignores the removal, and goes on with the last
     * certificate that it got, or refuses connections if there is none.
     */
    public static Optional<Translated> secret(SecretName name, SnapshotView view) {
        if (name instanceof SecretName.AppHeader header) {
            return Optional.of(generic(name, appHeader(header, view)));
        }
        if (name instanceof SecretName.AdapterHeader header) {
            return Optional.of(generic(name, adapterHeader(header, view)));
        }
        if (name instanceof SecretName.NoSecret) {
            return withheld(name);
        }
        if (name instanceof SecretName.GatewayCertificate certificate) {
            return Optional.ofNullable(GatewayCertificates.usable(stored(certificate, view)))
                    .map(pair -> pair(name, pair));
        }
        if (name instanceof SecretName.PeerCertificate certificate) {
            return Optional.ofNullable(view.secret(certificate.identity().secret()))
                    .map(pair -> pair(name, pair));
        }
        if (name instanceof SecretName.PeerAuthorities) {
            return Optional.ofNullable(view.secret(PeerIdentity.AUTHORITIES)).map(stored -> authorities(name, stored));
        }
        SecretName.AdapterTls tls = (SecretName.AdapterTls) name;
        return Optional.ofNullable(stored(tls, view)).map(stored -> tls(tls, stored));
    }

    /** Replaces a credential to which a proxy has no right, so that an earlier value does not stay in use. */
    public static Optional<Translated> withheld(SecretName name) {
        boolean isGeneric = name instanceof SecretName.AppHeader
                || name instanceof SecretName.AdapterHeader
                || name instanceof SecretName.NoSecret;
        return isGeneric ? Optional.of(generic(name, null)) : Optional.empty();
    }

    private static @Nullable SecretValue appHeader(SecretName.AppHeader name, SnapshotView view) {
        ResolvedVirtualEnvironment virtualEnvironment = view.virtualEnvironment(name.virtualEnvironment());
        Declaration declaration = view.declaration(name.version());
        if (virtualEnvironment == null || declaration == null) {
            return null;
        }
        return Delivery.of(declaration, virtualEnvironment).secrets().stream()
                .filter(secret -> secret.header().equals(name.header()))
                .findFirst()
                .map(secret -> value(secret.location(), view))
                .orElse(null);
    }

    private static @Nullable SecretValue adapterHeader(SecretName.AdapterHeader name, SnapshotView view) {
        ResolvedVirtualEnvironment virtualEnvironment = view.virtualEnvironment(name.virtualEnvironment());
        ResolvedAdapter adapter = virtualEnvironment == null
                ? null
                : virtualEnvironment.adapters().get(name.adapter());
        return adapter instanceof ResolvedAdapter.HttpAdapter http
                        && http.headers().get(name.header()) instanceof HeaderValue.WithSecrets value
                ? value.render(location -> value(location, view))
                : null;
    }

    private static @Nullable SecretValue value(SecretLocation location, SnapshotView view) {
        Secret secret = view.secret(location.secret());
        return secret == null || location.key() == null ? null : secret.get(location.key());
    }

    /**
     * A removed secret is sent empty. Envoy ignores a removal and would continue to use the old credential. An empty
     * one fails closed.
     */
    private static Translated generic(SecretName name, @Nullable SecretValue value) {
        return new Translated(
                io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret.newBuilder()
                        .setName(name.toString())
                        .setGenericSecret(GenericSecret.newBuilder().setSecret(inline(value)))
                        .build(),
                value == null);
    }

    private static @Nullable Secret stored(SecretName.AdapterTls name, SnapshotView view) {
        ResolvedVirtualEnvironment virtualEnvironment = view.virtualEnvironment(name.virtualEnvironment());
        ResolvedAdapter adapter = virtualEnvironment == null
                ? null
                : virtualEnvironment.adapters().get(name.adapter());
        ResolvedAdapter.ResolvedTls tls = adapter instanceof ResolvedAdapter.HttpAdapter http
                ? http.target().tls()
                : adapter instanceof ResolvedAdapter.TcpAdapter tcp
                        ? tcp.target().tls()
                        : null;
        SecretLocation location = tls == null
                ? null
                : name.part() == SecretName.AdapterTls.TlsPart.ca ? tls.ca() : tls.clientCertificate();
        return location == null ? null : view.secret(location.secret());
    }

    /** No other Secret of the mesh has a name here, whatever a gateway asks for. */
    private static @Nullable Secret stored(SecretName.GatewayCertificate name, SnapshotView view) {
        GatewayTls tls = view.platform().gateway().tls();
        return tls != null && tls.names(name.secret()) ? view.secret(new SecretId("", name.secret())) : null;
    }

    private static Translated tls(SecretName.AdapterTls name, Secret stored) {
        return name.part() == SecretName.AdapterTls.TlsPart.certificate
                ? pair(name, stored)
                : authorities(name, stored);
    }

    private static Translated authorities(SecretName name, Secret stored) {
        var secret = io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret.newBuilder()
                .setName(name.toString());
        secret.setValidationContext(
                CertificateValidationContext.newBuilder().setTrustedCa(inline(stored.get(AUTHORITIES))));
        return new Translated(secret.build(), false);
    }

    private static Translated pair(SecretName name, Secret stored) {
        return new Translated(
                io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret.newBuilder()
                        .setName(name.toString())
                        .setTlsCertificate(TlsCertificate.newBuilder()
                                .setCertificateChain(inline(stored.get(GatewayCertificates.CERTIFICATE)))
                                .setPrivateKey(inline(stored.get(GatewayCertificates.KEY))))
                        .build(),
                false);
    }

    private static DataSource inline(@Nullable SecretValue value) {
        return DataSource.newBuilder()
                .setInlineBytes(value == null ? ByteString.EMPTY : ByteString.copyFrom(value.reveal()))
                .build();
    }
}
