package dev.kitsune.model.snapshot;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value of a header whose template was rendered for a virtual environment. It is a complete text, or a text that
 * still needs the values of secrets.
 */
public sealed interface HeaderValue {

    /** A value without secrets, which may be part of a route. */
    record Plain(String text) implements HeaderValue {}

    /** A value with secrets. It is rendered completely into one secret, and is sent only by SDS. */
    record WithSecrets(List<ValuePart> parts) implements HeaderValue {
        public WithSecrets {
            parts = List.copyOf(parts);
        }

        /** Returns the whole value; null if one of its secrets is missing. */
        public @Nullable SecretValue render(SecretLookup secrets) {
            byte[] bytes = HeaderValue.render(parts, secrets);
            return bytes == null ? null : new SecretValue(bytes);
        }

        /** Returns the locations of its secrets, for messages. */
        public String places() {
            List<String> places = new ArrayList<>();
            HeaderValue.places(parts, places);
            return String.join(", ", places);
        }
    }

    /** A piece of a value with secrets. */
    sealed interface ValuePart {
        /** A literal text. */
        record LiteralPart(String text) implements ValuePart {}

        /** A secret's value. */
        record SecretAt(SecretLocation location) implements ValuePart {}

        /** The content in Base64. */
        record Base64Of(List<ValuePart> parts) implements ValuePart {
            public Base64Of {
                parts = List.copyOf(parts);
            }
        }

        /** The percent-encoded content, for a query. */
        record UrlQueryOf(List<ValuePart> parts) implements ValuePart {
            public UrlQueryOf {
                parts = List.copyOf(parts);
            }
        }
    }

    private static void places(List<ValuePart> parts, List<String> into) {
        for (ValuePart part : parts) {
            if (part instanceof ValuePart.SecretAt at) {
                into.add(at.location().toString());
            } else if (part instanceof ValuePart.Base64Of base64) {
                places(base64.parts(), into);
            } else if (part instanceof ValuePart.UrlQueryOf query) {
                places(query.parts(), into);
            }
        }
    }

    private static byte @Nullable [] render(List<ValuePart> parts, SecretLookup secrets) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (ValuePart part : parts) {
            byte[] bytes = render(part, secrets);
            if (bytes == null) {
                return null;
            }
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    private static byte @Nullable [] render(ValuePart part, SecretLookup secrets) {
        if (part instanceof ValuePart.LiteralPart text) {
            return text.text().getBytes(StandardCharsets.UTF_8);
        }
        if (part instanceof ValuePart.SecretAt at) {
            SecretValue value = secrets.value(at.location());
            return value == null ? null : value.reveal();
        }
        if (part instanceof ValuePart.Base64Of base64) {
            byte[] inner = render(base64.parts(), secrets);
            return inner == null ? null : Base64.getEncoder().encode(inner);
        }
        byte[] inner = render(((ValuePart.UrlQueryOf) part).parts(), secrets);
        return inner == null
                ? null
                : URLEncoder.encode(new String(inner, StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                        .getBytes(StandardCharsets.UTF_8);
    }
}
