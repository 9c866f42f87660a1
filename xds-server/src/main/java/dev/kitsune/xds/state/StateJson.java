package dev.kitsune.xds.state;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.kitsune.model.expiry.Sightings;
import dev.kitsune.model.manifest.Adapter;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Environment;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Platform;
import dev.kitsune.model.manifest.Spec;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.manifest.Workload;
import dev.kitsune.model.position.Position;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.stored.StoredJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Releases, requests and sightings as JSON. None of them contains a secret's value, because manifests contain none. */
final class StateJson {
    private static final int VERSION = 1;
    private static final ObjectMapper MAPPER = StoredJson.mapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final ObjectWriter LINES = MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT);

    private StateJson() {}

    /** The value is null for a virtual environment that must be removed. */
    private record Statuses(
            int version,
            @JsonProperty("environments") Map<VirtualEnvironmentName, @Nullable ReleaseStatus> virtualEnvironments) {}

    private record KeptSightings(int version, @Nullable Sightings kept) {}

    /** A line of last good versions. {@code manifest}: null where the object has none any more */
    record LastGoodLine(ObjectKey key, @Nullable Manifest<?> manifest) {}

    /** {@code spec}: null where the object has no last good version any more. */
    private record LastGoodVersion(
            int version,
            ObjectKey key,
            // The objects of a frozen release have one type each, so the JSON does not name the type.
            @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
            @JsonSubTypes({
                @JsonSubTypes.Type(value = Adapter.class, name = "Adapter"),
                @JsonSubTypes.Type(value = AppDeployment.class, name = "AppDeployment"),
                @JsonSubTypes.Type(value = Environment.class, name = "Environment"),
                @JsonSubTypes.Type(value = Platform.class, name = "Platform"),
                @JsonSubTypes.Type(value = VirtualEnvironment.class, name = "VirtualEnvironment"),
                @JsonSubTypes.Type(value = Workload.class, name = "Workload")
            })
            @Nullable
            Spec spec,

            @Nullable Position position,
            @Nullable Map<String, Position> positions) {}

    private record Asked(int version, ReleaseRequest request) {}

    /** The text is not in the format that Kitsune writes. The message is the end of a sentence. */
    static final class BadStateException extends Exception {
        private static final long serialVersionUID = 1;

        BadStateException(String why) {
            super(why);
        }
    }

    static byte[] of(Map<VirtualEnvironmentName, @Nullable ReleaseStatus> statuses) {
        return write(new Statuses(VERSION, statuses));
    }

    static Map<VirtualEnvironmentName, @Nullable ReleaseStatus> statuses(byte[] text) throws BadStateException {
        return read(text, Statuses.class).virtualEnvironments();
    }

    static byte[] of(Sightings kept) {
        return write(new KeptSightings(VERSION, kept));
    }

    static Sightings seen(byte[] text) throws BadStateException {
        Sightings kept = read(text, KeptSightings.class).kept();
        if (kept == null) {
            throw new BadStateException("it is damaged");
        }
        return kept;
    }

    /** One line, with its end. */
    static byte[] of(LastGoodLine line) {
        Manifest<?> of = line.manifest();
        return write(
                LINES,
                of == null
                        ? new LastGoodVersion(VERSION, line.key(), null, null, null)
                        : new LastGoodVersion(VERSION, line.key(), of.spec(), of.position(), of.positions()));
    }

    static LastGoodLine lastGood(String line) throws BadStateException {
        LastGoodVersion read = read(line.getBytes(StandardCharsets.UTF_8), LastGoodVersion.class);
        Spec spec = read.spec();
        Position position = read.position();
        Map<String, Position> positions = read.positions();
        return new LastGoodLine(
                read.key(),
                spec == null || position == null || positions == null
                        ? null
                        : new Manifest<>(read.key(), spec, position, positions));
    }

    static byte[] of(ReleaseRequest request) {
        return write(new Asked(VERSION, request));
    }

    static ReleaseRequest request(byte[] text) throws BadStateException {
        return read(text, Asked.class).request();
    }

    private static byte[] write(Object file) {
        return write(MAPPER.writer(), file);
    }

    private static byte[] write(ObjectWriter writer, Object file) {
        try {
            return (writer.writeValueAsString(file) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a release is no JSON", e);
        }
    }

    private static <T> T read(byte[] text, Class<T> type) throws BadStateException {
        try {
            int version = MAPPER.readTree(text).path("version").asInt();
            if (version != VERSION) {
                throw new BadStateException(
                        "it is of format " + version + ", and this Kitsune knows format " + VERSION);
            }
            return MAPPER.readValue(text, type);
        } catch (IOException | RuntimeException e) {
            throw new BadStateException("it is damaged");
        }
    }
}
