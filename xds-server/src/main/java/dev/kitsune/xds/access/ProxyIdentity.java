package dev.kitsune.xds.access;

import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.xds.identity.ProxyRights;
import dev.kitsune.xds.identity.ProxyRights.GatewayRights;
import dev.kitsune.xds.identity.ProxyRights.WorkloadRights;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a token or a client certificate says of its proxy.
 *
 * @param name is unique in the mesh
 */
public record ProxyIdentity(String name, ProxyRights rights) {
    /** The names that an identity may have. They need no escaping anywhere. */
    public static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._@/-]{0,198}[A-Za-z0-9])?");

    private static final String SCHEME = "kitsune";
    private static final String GATEWAY = "gateway";
    private static final String WORKLOAD = "workload";

    /** The usual name of a proxy with these rights. All proxies that share the credentials share the name. */
    public static String usualName(ProxyRights rights) {
        if (rights instanceof WorkloadRights workload) {
            return workload.component() + (workload.workload() == null ? "" : "/" + workload.workload());
        }
        return GATEWAY;
    }

    /** The rights as text: {@code gateway}, or {@code workload/APP/COMPONENT/VERSION[/WORKLOAD]}. */
    String rightsText() {
        if (rights instanceof WorkloadRights workload) {
            ComponentVersion component = workload.component();
            return String.join(
                            "/",
                            WORKLOAD,
                            component.name().app(),
                            component.name().component(),
                            component.version())
                    + (workload.workload() == null ? "" : "/" + workload.workload());
        }
        return GATEWAY;
    }

    /** Reads what {@link #name} and {@link #rightsText} are. */
    static Optional<ProxyIdentity> of(String name, String rights) {
        return NAME.matcher(name).matches()
                ? rights(rights).map(known -> new ProxyIdentity(name, known))
                : Optional.empty();
    }

    private static Optional<ProxyRights> rights(String text) {
        if (text.equals(GATEWAY)) {
            return Optional.of(new GatewayRights());
        }
        String[] parts = text.split("/", -1);
        boolean known = (parts.length == 4 || parts.length == 5)
                && parts[0].equals(WORKLOAD)
                && Stream.of(parts).noneMatch(String::isEmpty);
        return known
                ? Optional.of(new WorkloadRights(
                        new ComponentVersion(parts[1], parts[2], parts[3]), parts.length == 5 ? parts[4] : null))
                : Optional.empty();
    }

    /** The identity as it stands in a client certificate. */
    public URI uri() {
        return URI.create(SCHEME + ":" + rightsText() + "#" + name);
    }

    static Optional<ProxyIdentity> of(String uri) {
        String prefix = SCHEME + ":";
        int end = uri.indexOf('#');
        return uri.startsWith(prefix) && end > 0
                ? of(uri.substring(end + 1), uri.substring(prefix.length(), end))
                : Optional.empty();
    }
}
