package dev.kitsune.envoy.listener;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;

/** Mutations of a request's headers before anything else reads them, including the choice of its scope. */
final class EarlyMutation {
    /** {@code HeaderMutation.remove_on_match.key_matcher}: newer than the Java protos, so written by field number. */
    private static final int REMOVE_ON_MATCH = 3;

    private static final int KEY_MATCHER = 1;

    private EarlyMutation() {}

    static TypedExtensionConfig of(List<HeaderMutation> mutations) {
        return TypedExtensionConfig.newBuilder()
                .setName("envoy.http.early_header_mutation.header_mutation")
                .setTypedConfig(
                        Any.pack(io.envoyproxy.envoy.extensions.http.early_header_mutation.header_mutation.v3
                                .HeaderMutation.newBuilder()
                                .addAllMutations(mutations)
                                .build()))
                .build();
    }

    /** Replaces all values of a header by one value; {@code format} may refer to other headers. */
    static HeaderMutation overwrite(String header, String format) {
        return set(header, format, HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD);
    }

    /** Keeps the first line of a header. */
    static HeaderMutation firstOf(String header) {
        return set(header, "%REQ(" + header + ")%", HeaderAppendAction.OVERWRITE_IF_EXISTS);
    }

    private static HeaderMutation set(String header, String format, HeaderAppendAction action) {
        return HeaderMutation.newBuilder()
                .setAppend(HeaderValueOption.newBuilder()
                        .setHeader(HeaderValue.newBuilder().setKey(header).setValue(format))
                        .setAppendAction(action))
                .build();
    }

    static HeaderMutation remove(String header) {
        return HeaderMutation.newBuilder().setRemove(header).build();
    }

    static HeaderMutation removePrefix(String prefix) {
        ByteString matcher =
                StringMatcher.newBuilder().setPrefix(prefix).build().toByteString();
        ByteString removeOnMatch = UnknownFieldSet.newBuilder()
                .addField(
                        KEY_MATCHER,
                        Field.newBuilder().addLengthDelimited(matcher).build())
                .build()
                .toByteString();
        return HeaderMutation.newBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                REMOVE_ON_MATCH,
                                Field.newBuilder()
                                        .addLengthDelimited(removeOnMatch)
                                        .build())
                        .build())
                .build();
    }
}
