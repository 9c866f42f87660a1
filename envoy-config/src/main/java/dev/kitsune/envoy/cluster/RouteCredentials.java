package dev.kitsune.envoy.cluster;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import dev.kitsune.envoy.name.SecretName;
import dev.kitsune.envoy.name.WireNames;
import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.Mutations;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Headers whose values are secrets, added by the route. The route names the secrets, SDS delivers them, and an upstream
 * filter of the route's cluster adds them. It is no filter of the listener, so that copies of the request do not have
 * them, and every attempt and every followed redirect has those of its own route.
 *
 * <p>A header without a value is not added, so the whole header must be the secret: {@code Bearer} before a missing
 * secret would be a value.
 */
public final class RouteCredentials {
    /** {@code Mutations.formatters}: newer than the Java protos, so written by field number, like the message in it. */
    private static final int FORMATTERS = 6;

    private static final int SECRET_CONFIGS = 1;
    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final String SECRET_FORMATTER =
            "type.googleapis.com/envoy.extensions.formatter.generic_secret.v3.GenericSecret";

    private static final Pattern FORMAT = Pattern.compile("%SECRET\\((.*)\\)%");

    private RouteCredentials() {}

    /** Makes a route add credentials, by the names of their headers. */
    public static Route.Builder on(Route.Builder route, SortedMap<String, ? extends SecretName> secretOfHeader) {
        return secretOfHeader.isEmpty()
                ? route
                : route.putTypedPerFilterConfig(WireNames.CREDENTIALS_FILTER, of(secretOfHeader));
    }

    /** Returns the configuration of the filter in a route. */
    public static Any of(SortedMap<String, ? extends SecretName> secretOfHeader) {
        Mutations.Builder mutations = Mutations.newBuilder();
        UnknownFieldSet.Builder secrets = UnknownFieldSet.newBuilder();
        secretOfHeader.forEach((header, secret) -> {
            mutations.addRequestMutations(HeaderMutation.newBuilder()
                    .setAppend(HeaderValueOption.newBuilder()
                            .setHeader(HeaderValue.newBuilder().setKey(header).setValue("%SECRET(" + secret + ")%"))
                            .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD)));
            secrets.mergeField(SECRET_CONFIGS, bytes(entry(secret).toByteString()));
        });
        TypedExtensionConfig formatter = TypedExtensionConfig.newBuilder()
                .setName("envoy.formatter.generic_secret")
                .setTypedConfig(Any.newBuilder()
                        .setTypeUrl(SECRET_FORMATTER)
                        .setValue(secrets.build().toByteString()))
                .build();
        mutations.setUnknownFields(UnknownFieldSet.newBuilder()
                .addField(FORMATTERS, bytes(formatter.toByteString()))
                .build());
        return Any.pack(
                HeaderMutationPerRoute.newBuilder().setMutations(mutations).build());
    }

    /**
     * Returns the secrets of a route by header; empty if {@link #of} has not made this configuration. The classes do not
     * have all of its fields, so it is made again and compared.
     */
    public static Optional<SortedMap<String, SecretName>> read(Any ofRoute) {
        try {
            SortedMap<String, SecretName> secrets = new TreeMap<>();
            ofRoute.unpack(HeaderMutationPerRoute.class)
                    .getMutations()
                    .getRequestMutationsList()
                    .forEach(mutation -> {
                        Matcher format =
                                FORMAT.matcher(mutation.getAppend().getHeader().getValue());
                        if (format.matches()) {
                            SecretName.parse(format.group(1))
                                    .ifPresent(secret -> secrets.put(
                                            mutation.getAppend().getHeader().getKey(), secret));
                        }
                    });
            return of(secrets).equals(ofRoute) ? Optional.of(secrets) : Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    /** An entry of the map from the name in the format to the secret. */
    private static UnknownFieldSet entry(SecretName secret) {
        return UnknownFieldSet.newBuilder()
                .addField(KEY, bytes(ByteString.copyFromUtf8(secret.toString())))
                .addField(VALUE, bytes(CredentialInjection.sds(secret).toByteString()))
                .build();
    }

    private static Field bytes(ByteString bytes) {
        return Field.newBuilder().addLengthDelimited(bytes).build();
    }

    /** The filter of a cluster. It removes values that a client sent, and then does what the route says. */
    static HttpFilter filter(Collection<String> headers) {
        Mutations.Builder mutations = Mutations.newBuilder();
        headers.forEach(header ->
                mutations.addRequestMutations(HeaderMutation.newBuilder().setRemove(header)));
        return HttpFilter.newBuilder()
                .setName(WireNames.CREDENTIALS_FILTER)
                .setTypedConfig(Any.pack(
                        io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutation.newBuilder()
                                .setMutations(mutations)
                                .build()))
                .build();
    }
}
