package dev.kitsune.xds.inject;

import com.google.protobuf.Message;
import dev.kitsune.envoy.Proxy.CallCapture;
import dev.kitsune.envoy.Proxy.Scopes;
import dev.kitsune.envoy.Proxy.SidecarProxy;
import dev.kitsune.envoy.bootstrap.Bootstraps;
import dev.kitsune.envoy.bootstrap.ControlPlaneAddress;
import dev.kitsune.envoy.bootstrap.ControlPlaneTls;
import dev.kitsune.envoy.bootstrap.ControlPlaneTls.Shows;
import dev.kitsune.envoy.bootstrap.CredentialFolder;
import dev.kitsune.envoy.bootstrap.CredentialFolder.SecretFile;
import dev.kitsune.envoy.bootstrap.ReadyListener;
import dev.kitsune.envoy.bootstrap.SystemAuthorities;
import dev.kitsune.envoy.json.EnvoyJson;
import dev.kitsune.k8s.inject.CaptureMode;
import dev.kitsune.k8s.inject.InjectedSidecar;
import dev.kitsune.k8s.inject.SidecarBootstrap;
import dev.kitsune.k8s.inject.SidecarFiles;
import dev.kitsune.k8s.inject.SidecarPorts;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import java.util.Map;
import java.util.Optional;

/**
 * The bootstrap of the sidecars that are injected.
 *
 * @param xdsHost where the control plane is reached
 * @param listenAddress of the ports that are reached from other pods; {@code ::} for IPv6 and IPv4
 */
public record InjectedBootstrap(String xdsHost, int xdsPort, String listenAddress) implements SidecarBootstrap {
    @Override
    public SidecarFiles files(InjectedSidecar sidecar) {
        SidecarProxy proxy = new SidecarProxy(
                        new ComponentVersion(new ComponentName(sidecar.app(), sidecar.component()), sidecar.version()),
                        POD_NAME,
                        listenAddress,
                        SidecarPorts.INBOUND,
                        SidecarPorts.OUTBOUND,
                        sidecar.appPort(),
                        Optional.ofNullable(sidecar.scopes())
                                .flatMap(Scopes::parse)
                                .orElse(Scopes.ON_DEMAND))
                .with(sidecar.capture() == CaptureMode.Transparent ? CallCapture.TRANSPARENT : CallCapture.EXPLICIT);
        // The image of Envoy is made from Debian.
        Bootstrap bootstrap = Bootstraps.of(
                proxy,
                POD_NAMESPACE + "/" + POD_NAME,
                new ControlPlaneAddress(xdsHost, xdsPort, new ControlPlaneTls(xdsHost, FOLDER, Shows.TOKEN)),
                SidecarPorts.ADMIN,
                Optional.of(SystemAuthorities.FILES.get(0)));
        return new SidecarFiles(
                compact(ReadyListener.addTo(bootstrap, listenAddress, SidecarPorts.READY)),
                Map.of(
                        SecretFile.AUTHORITIES.fileName(), beside(SecretFile.AUTHORITIES),
                        SecretFile.TOKEN.fileName(), beside(SecretFile.TOKEN)));
    }

    private static String beside(SecretFile file) {
        return compact(CredentialFolder.content(file, FOLDER));
    }

    /** It stands in every pod. */
    private static String compact(Message message) {
        return EnvoyJson.tree(message).toString();
    }
}
