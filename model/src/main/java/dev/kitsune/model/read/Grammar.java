package dev.kitsune.model.read;

import java.util.regex.Pattern;

/**
 * The grammar of a name.
 *
 * @param words for "expected ..." in a message
 * @param ignoresCase whether two names that differ only in case would be one on the wire
 */
record Grammar(Pattern pattern, int maxLength, String words, boolean ignoresCase) {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";

    static final Grammar DNS_LABEL = of(
            LABEL,
            63,
            "a DNS label: at most 63 lower-case letters, digits and \"-\", with a letter or digit at both ends");

    static final Grammar DNS_SUBDOMAIN = of(
            LABEL + "(\\." + LABEL + ")*+",
            253,
            "a Kubernetes name: at most 253 lower-case letters, digits, \"-\" and \".\","
                    + " with a letter or digit at both ends of each part");

    /** A component of the app at hand, or one of another app. */
    static final Grammar COMPONENT = of(
            "(" + LABEL + "/)?" + LABEL,
            127,
            "the name of a component, or app/component, each a DNS label in lower case");

    static final Grammar VERSION = of(
            "[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?",
            63,
            "a version of at most 63 letters, digits, \".\", \"_\" and \"-\", with a letter or digit at both ends"
                    + " (shorten a digest)");

    static final Grammar VARIABLE = new Grammar(
            Pattern.compile("[A-Za-z][A-Za-z0-9-]*+"), 253, "a letter, then letters, digits and \"-\"", true);

    static final Grammar HEADER = new Grammar(
            Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]++"),
            127,
            "the name of a header, without spaces or \":\"",
            true);

    /** Envoy ends at once (SIGABRT) when it meets an empty one, and takes a comma for the border between two. */
    static final Grammar ALPN_PROTOCOL = of(
            "[\\x21-\\x7E&&[^,]]++",
            255,
            "one protocol of ALPN, such as h2: 1 to 255 visible ASCII characters without \",\"");

    static final Grammar SECRET_KEY =
            of("[-._a-zA-Z0-9]++", 253, "a key of a Secret: letters, digits, \"-\", \"_\" and \".\"");

    static final Grammar LABEL_KEY = of(
            "(" + LABEL + "(\\." + LABEL + ")*+/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?",
            317,
            "the key of a label: at most 63 letters, digits, \"-\", \"_\" and \".\", with a letter or digit at both ends,"
                    + " and perhaps a domain and \"/\" in front of it");

    static final Grammar LABEL_VALUE = of(
            "([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?",
            63,
            "the value of a label: at most 63 letters, digits, \"-\", \"_\" and \".\", with a letter or digit at both"
                    + " ends, or empty text");

    static final Grammar NOT_EMPTY =
            new Grammar(Pattern.compile(".++", Pattern.DOTALL), Integer.MAX_VALUE, "some text", false);

    private static Grammar of(String pattern, int maxLength, String words) {
        return new Grammar(Pattern.compile(pattern), maxLength, words, false);
    }

    boolean matches(String text) {
        return text.length() <= maxLength && pattern.matcher(text).matches();
    }
}
