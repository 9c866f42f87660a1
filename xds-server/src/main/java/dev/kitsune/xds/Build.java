package dev.kitsune.xds;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** Information about the build. */
public final class Build {
    private Build() {}

    /** Such as {@code 0.1.0}. */
    public static String version() {
        Properties properties = new Properties();
        try (InputStream file = Objects.requireNonNull(
                Build.class.getResourceAsStream("version.properties"), "the build writes version.properties")) {
            properties.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }
}
