package dev.kitsune.envoy.trace;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Headers that Envoy adds and removes. */
final class HeaderMutations {
    /** {@code HeaderMutation.remove_on_match}, which the Java protos do not have. */
    private static final int REMOVE_ON_MATCH = 3;

    private HeaderMutations() {}

    static RequestHeaders mutate(RequestHeaders headers, List<HeaderMutation> mutations) {
        RequestHeaders result = headers;
        for (HeaderMutation mutation : mutations) {
            result = switch (mutation.getActionCase()) {
                case APPEND -> add(result, mutation.getAppend(), Map.of());
                case REMOVE -> remove(result, mutation.getRemove());
                case ACTION_NOT_SET -> result.without(removedOnMatch(mutation));
            };
        }
        return result;
    }

    /** {@code left}: the request's metadata from scripts and filters, by namespace and key */
    static RequestHeaders add(RequestHeaders headers, List<HeaderValueOption> options, Map<String, String> left) {
        RequestHeaders result = headers;
        for (HeaderValueOption option : options) {
            result = add(result, option, left);
        }
        return result;
    }

    static RequestHeaders remove(RequestHeaders headers, String name) {
        return headers.without(name.toLowerCase(Locale.ROOT));
    }

    private static RequestHeaders add(RequestHeaders headers, HeaderValueOption option, Map<String, String> left) {
        KnownFields.only(option, Set.of("header", "append_action", "keep_empty_value"));
        String name = option.getHeader().getKey().toLowerCase(Locale.ROOT);
        String value = Format.header(option.getHeader().getValue(), Format.of(headers, null, left));
        if (value.isEmpty() && !option.getKeepEmptyValue()) {
            return headers;
        }
        return switch (option.getAppendAction()) {
            case OVERWRITE_IF_EXISTS_OR_ADD -> headers.with(name, value);
            case OVERWRITE_IF_EXISTS -> headers.has(name) ? headers.with(name, value) : headers;
            case ADD_IF_ABSENT -> headers.has(name) ? headers : headers.plus(name, value);
            case APPEND_IF_EXISTS_OR_ADD -> headers.plus(name, value);
            case UNRECOGNIZED -> throw KnownFields.unknown("a way to put on headers: " + option.getAppendAction());
        };
    }

    private static Predicate<String> removedOnMatch(HeaderMutation mutation) {
        UnknownFieldSet.Field field = mutation.getUnknownFields().getField(REMOVE_ON_MATCH);
        if (field.getLengthDelimitedList().size() != 1
                || mutation.getUnknownFields().asMap().size() != 1) {
            throw KnownFields.unknown("a mutation of headers");
        }
        try {
            UnknownFieldSet inner =
                    UnknownFieldSet.parseFrom(field.getLengthDelimitedList().get(0));
            StringMatcher matcher = StringMatcher.parseFrom(
                    inner.getField(1).getLengthDelimitedList().get(0));
            return name -> StringMatch.holds(matcher, name);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a mutation that we made is not well formed", e);
        }
    }
}
