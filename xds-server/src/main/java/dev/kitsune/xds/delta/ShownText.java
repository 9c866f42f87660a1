package dev.kitsune.xds.delta;

/** A client's text in a line of the log, shortened to its printable part. */
public final class ShownText {
    private static final int MOST = 200;

    private ShownText() {}

    public static String of(String text) {
        String cut = text.length() <= MOST ? text : text.substring(0, MOST) + "...";
        return cut.replaceAll("\\P{Print}", "?");
    }
}
