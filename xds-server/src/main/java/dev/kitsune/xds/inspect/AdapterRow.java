package dev.kitsune.xds.inspect;

import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.HeaderValue;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import dev.kitsune.model.snapshot.SecretLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An adapter in one virtual environment.
 *
 * @param headers by name; a value that holds a secret only names the secret's place
 * @param unavailable the reason why it cannot be called; null if it can
 */
record AdapterRow(
        String name,
        String protocol,
        @Nullable String address,
        Map<String, String> headers,
        List<String> certificates,
        @Nullable String unavailable,
        String origin) {
    static AdapterRow of(AdapterName name, ResolvedAdapter adapter) {
        String origin = adapter.origin().toString();
        if (adapter instanceof ResolvedAdapter.HttpAdapter http) {
            String address = (http.target().tls() == null ? "http://" : "https://")
                    + http.target().host() + ":" + http.target().port() + http.pathPrefix();
            Map<String, String> headers = new TreeMap<>();
            http.headers().forEach((header, value) -> headers.put(header, text(value)));
            String protocol = http.grpc() ? "grpc" : "http";
            return new AdapterRow(
                    name.toString(),
                    protocol,
                    address,
                    headers,
                    certificates(http.target().tls()),
                    null,
                    origin);
        }
        if (adapter instanceof ResolvedAdapter.TcpAdapter tcp) {
            String address = tcp.target().host() + ":" + tcp.target().port();
            return new AdapterRow(
                    name.toString(),
                    "tcp",
                    address,
                    Map.of(),
                    certificates(tcp.target().tls()),
                    null,
                    origin);
        }
        String reason = ((ResolvedAdapter.UnavailableAdapter) adapter).reason();
        return new AdapterRow(name.toString(), "none", null, Map.of(), List.of(), reason, origin);
    }

    private static String text(HeaderValue value) {
        if (value instanceof HeaderValue.Plain plain) {
            return plain.text();
        }
        return "secret " + ((HeaderValue.WithSecrets) value).places();
    }

    private static List<String> certificates(ResolvedAdapter.@Nullable ResolvedTls tls) {
        List<String> found = new ArrayList<>();
        if (tls != null) {
            add(found, "client certificate ", tls.clientCertificate());
            add(found, "authority ", tls.ca());
        }
        return List.copyOf(found);
    }

    private static void add(List<String> found, String what, @Nullable SecretLocation location) {
        if (location != null) {
            found.add(what + location);
        }
    }
}
