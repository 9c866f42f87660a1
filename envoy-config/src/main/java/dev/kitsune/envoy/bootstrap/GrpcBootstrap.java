package dev.kitsune.envoy.bootstrap;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.name.ListenerName;
import org.jspecify.annotations.Nullable;

/**
 * The content of the file that GRPC_XDS_BOOTSTRAP names. gRPC libraries have a JSON format of their own, not Envoy's
 * bootstrap.
 */
public final class GrpcBootstrap {
    private GrpcBootstrap() {}

    /**
     * The bootstrap of one client.
     *
     * @param nodeId names it to people
     * @param server of xDS, as {@code host:port}
     * @param credentials the {@link CredentialFolder} with its client certificate; null for plaintext
     */
    public static Struct of(Proxy.GrpcProxy client, String nodeId, String server, @Nullable String credentials) {
        Struct.Builder control = Struct.newBuilder()
                .putFields("server_uri", text(server))
                .putFields(
                        "channel_creds",
                        list(object(
                                credentials == null
                                        ? Struct.newBuilder().putFields("type", text("insecure"))
                                        : tls(credentials))))
                .putFields("server_features", list(text("xds_v3")));
        Struct.Builder node = Struct.newBuilder()
                .putFields("id", text(nodeId))
                .putFields("cluster", text(client.component().toString()))
                .putFields("metadata", object(client.metadata().toBuilder()));
        return Struct.newBuilder()
                .putFields("xds_servers", list(object(control)))
                .putFields("node", object(node))
                // This puts the client's identity into the name of each resource that the app dials.
                .putFields(
                        "client_default_listener_resource_name_template",
                        text(new ListenerName.GrpcListenerName(client, "%s").toString()))
                .build();
    }

    private static Struct.Builder tls(String folder) {
        Struct.Builder files = Struct.newBuilder()
                .putFields("ca_certificate_file", text(folder + "/" + CredentialFolder.AUTHORITIES))
                .putFields("certificate_file", text(folder + "/" + CredentialFolder.CERTIFICATE))
                .putFields("private_key_file", text(folder + "/" + CredentialFolder.KEY));
        return Struct.newBuilder().putFields("type", text("tls")).putFields("config", object(files));
    }

    private static Value object(Struct.Builder fields) {
        return Value.newBuilder().setStructValue(fields).build();
    }

    private static Value list(Value only) {
        return Value.newBuilder()
                .setListValue(ListValue.newBuilder().addValues(only))
                .build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }
}
