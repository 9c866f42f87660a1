package dev.kitsune.model.virtualenvironment;

import dev.kitsune.model.snapshot.Address;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The target of an adapter, with the values of its variables.
 *
 * @param host lower case; IPv6 without brackets, and a name without the dot that marks it as absolute
 * @param path without a trailing slash; empty for none
 */
record UpstreamTarget(boolean encrypted, String host, int port, String path) {
    private static final Pattern ADDRESS = Pattern.compile("(\\[([^\\]]+)]|[^:\\[\\]]+):(\\d{1,5})");
    private static final Pattern TRIPLET = Pattern.compile("%[0-9A-Fa-f]{2}.*", Pattern.DOTALL);
    private static final String MAY_STAND_IN_QUERY =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$'()*+,;:@/?";

    /** A target, or the reason why a text is not a target. */
    sealed interface TargetOutcome {
        /** A usable target. */
        record UsableTarget(UpstreamTarget target) implements TargetOutcome {}

        /** Names what was expected. */
        record UnusableTarget(String sentence) implements TargetOutcome {}
    }

    static TargetOutcome ofUrl(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            return refused("a url such as https://api.example.com/v1", text);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return refused("a url that begins with http:// or https://", text);
        }
        if (uri.getRawQuery() != null) {
            return refused("a url without a query: put it in `query`", text);
        }
        if (uri.getRawFragment() != null
                || (uri.getRawAuthority() != null && uri.getRawAuthority().contains("@"))) {
            // Not shown, because the text before the @ may be a password.
            return new TargetOutcome.UnusableTarget(
                    "expected a url without user and fragment: put credentials in `headers`");
        }
        if (uri.getHost() == null) {
            return refused("a url with a host, such as https://api.example.com/v1", text);
        }
        boolean encrypted = scheme.equals("https");
        int port = uri.getPort() >= 0 ? uri.getPort() : encrypted ? 443 : 80;
        String path = uri.getRawPath();
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        String host = uri.getHost();
        return made(encrypted, host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port, path, text);
    }

    static TargetOutcome ofAddress(String text) {
        Matcher address = ADDRESS.matcher(text);
        if (!address.matches()) {
            return refused("an address as host:port", text);
        }
        String host = address.group(2) != null ? address.group(2) : address.group(1);
        return made(false, host, Integer.parseInt(address.group(3)), "", text);
    }

    /** Encodes a text for a query. Text that is already percent-encoded is not changed. */
    static String encoded(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            boolean stays = MAY_STAND_IN_QUERY.indexOf(c) >= 0
                    || (c == '%' && TRIPLET.matcher(text.substring(i)).matches());
            if (stays) {
                encoded.appendCodePoint(c);
            } else {
                for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    encoded.append(String.format("%%%02X", b & 0xff));
                }
            }
            i += Character.charCount(c);
        }
        return encoded.toString();
    }

    private static TargetOutcome made(boolean encrypted, String host, int port, String path, String text) {
        String lower = host.toLowerCase(Locale.ROOT);
        if (port < 1 || port > 65535) {
            return refused("a port from 1 to 65535", text);
        }
        return Address.valid(lower)
                ? new TargetOutcome.UsableTarget(
                        new UpstreamTarget(encrypted, Address.withoutRootDot(lower), port, path))
                : refused("a host name, or an IP address", text);
    }

    private static TargetOutcome refused(String expected, String text) {
        String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
        return new TargetOutcome.UnusableTarget(
                "expected " + expected + ", not \"" + shown.replaceAll("\\p{Cntrl}", "?") + "\"");
    }
}
