package dev.kitsune.xds.replica;

import com.google.common.base.CharMatcher;
import dev.kitsune.model.snapshot.SecretValue;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The secret by which replicas recognise each other. It is never printed. */
public final class ReplicaToken {
    private static final CharMatcher IN_A_HEADER = CharMatcher.inRange('!', '~');

    private final SecretValue value;

    private ReplicaToken(SecretValue value) {
        this.value = value;
    }

    /** Returns the token with this text; white space around it does not count. */
    public static ReplicaToken of(String text) {
        String stripped = text.strip();
        if (stripped.isEmpty() || !IN_A_HEADER.matchesAllOf(stripped)) {
            throw new IllegalArgumentException("the token of the replicas must be a text of printable ASCII characters"
                    + " without spaces, such as the result of `openssl rand -base64 32`");
        }
        return new ReplicaToken(SecretValue.of(stripped));
    }

    /** Returns the token in a file, such as that of a mounted Secret. */
    public static ReplicaToken in(Path file) throws IOException {
        return of(Files.readString(file));
    }

    /** Compares in constant time. */
    boolean is(String shown) {
        return value.equals(SecretValue.of(shown));
    }

    /** Returns the same channel, whose calls show the token. */
    Channel shownOn(Channel channel) {
        Metadata headers = new Metadata();
        headers.put(ReportMethod.TOKEN, new String(value.reveal(), StandardCharsets.UTF_8));
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
