package dev.kitsune.xds.inject;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.common.net.HostAndPort;
import dev.kitsune.k8s.inject.CaptureMode;
import dev.kitsune.k8s.inject.CapturePolicy;
import dev.kitsune.k8s.inject.InjectSettings;
import dev.kitsune.k8s.inject.Injector;
import dev.kitsune.k8s.inject.SidecarImages;
import dev.kitsune.model.manifest.AddressRange;
import dev.kitsune.model.read.IpText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the chart says about sidecars, as it stands in a file. What is null has its usual value.
 *
 * @param xds where sidecars reach the control plane, as HOST:PORT
 */
public record InjectFile(
        @Nullable String xds,
        @Nullable SidecarValues inject,
        @Nullable Capture capture) {
    /** Says nothing. */
    public static final InjectFile EMPTY = new InjectFile(null, null, null);

    private static final String USUAL_XDS = "kitsune.kitsune.svc:18000";
    private static final String USUAL_ADDRESS = "::";

    /** The sidecars. */
    public record SidecarValues(
            @Nullable CaptureMode mode,
            @Nullable Integer uid,
            @Nullable String image,
            @Nullable String captureImage,
            @Nullable Integer preStopSeconds,
            @Nullable String listenAddress,
            @Nullable JsonNode resources) {
        static final SidecarValues EMPTY = new SidecarValues(null, null, null, null, null, null, null);
    }

    /** What is not captured. */
    public record Capture(
            @Nullable List<Integer> excludePorts, @Nullable List<String> excludeCidrs) {
        static final Capture EMPTY = new Capture(null, null);
    }

    /** The file says something that cannot be. The message names it. */
    public static final class InjectFileException extends Exception {
        private static final long serialVersionUID = 1;

        InjectFileException(String message) {
            super(message);
        }
    }

    /** Reads a file. */
    public static InjectFile read(Path file) throws InjectFileException {
        try {
            InjectFile read = new YAMLMapper().readValue(Files.readString(file), InjectFile.class);
            return read == null ? EMPTY : read;
        } catch (JsonProcessingException e) {
            throw new InjectFileException(file + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new InjectFileException(file + " cannot be read: " + e.getMessage());
        }
    }

    /** Returns the same, but what the other one says is as the other one says. */
    public InjectFile with(InjectFile other) {
        SidecarValues mine = inject == null ? SidecarValues.EMPTY : inject;
        SidecarValues its = other.inject == null ? SidecarValues.EMPTY : other.inject;
        Capture mineToo = capture == null ? Capture.EMPTY : capture;
        Capture itsToo = other.capture == null ? Capture.EMPTY : other.capture;
        return new InjectFile(
                first(other.xds, xds),
                new SidecarValues(
                        first(its.mode, mine.mode),
                        first(its.uid, mine.uid),
                        first(its.image, mine.image),
                        first(its.captureImage, mine.captureImage),
                        first(its.preStopSeconds, mine.preStopSeconds),
                        first(its.listenAddress, mine.listenAddress),
                        first(its.resources, mine.resources)),
                new Capture(
                        first(itsToo.excludePorts, mineToo.excludePorts),
                        first(itsToo.excludeCidrs, mineToo.excludeCidrs)));
    }

    /** Returns what injects as it is said here. {@code version}: of Kitsune */
    public Injector injector(String version) throws InjectFileException {
        SidecarValues said = inject == null ? SidecarValues.EMPTY : inject;
        return new Injector(
                settings(said, InjectSettings.usual(version)),
                bootstrap(said.listenAddress == null ? USUAL_ADDRESS : said.listenAddress),
                version);
    }

    private InjectSettings settings(SidecarValues said, InjectSettings usual) throws InjectFileException {
        Capture captured = capture == null ? Capture.EMPTY : capture;
        InjectSettings settings = new InjectSettings(
                new SidecarImages(
                        or(said.image, usual.images().envoy()),
                        or(said.captureImage, usual.images().capture())),
                or(said.uid, usual.uid()),
                or(said.preStopSeconds, usual.preStopSeconds()),
                new CapturePolicy(
                        or(said.mode, usual.capture().mode()),
                        or(captured.excludePorts, usual.capture().excludedPorts()),
                        captured.excludeCidrs == null
                                ? usual.capture().excludedRanges()
                                : ranges(captured.excludeCidrs)),
                usual.resources());
        try {
            return said.resources == null ? settings : settings.withResources(said.resources);
        } catch (IllegalArgumentException e) {
            throw new InjectFileException("inject.resources: not the resources of a container: " + e.getMessage());
        }
    }

    private InjectedBootstrap bootstrap(String listenAddress) throws InjectFileException {
        String address = xds == null ? USUAL_XDS : xds;
        try {
            HostAndPort parsed = HostAndPort.fromString(address);
            return new InjectedBootstrap(parsed.getHost(), parsed.getPort(), listenAddress);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new InjectFileException("xds: \"" + address + "\" is not HOST:PORT, such as " + USUAL_XDS);
        }
    }

    private static List<AddressRange> ranges(List<String> texts) throws InjectFileException {
        List<AddressRange> ranges = new ArrayList<>();
        for (String text : texts) {
            ranges.add(IpText.range(text)
                    .orElseThrow(() -> new InjectFileException("capture.excludeCidrs: \"" + text
                            + "\" is no range of addresses, such as 10.0.0.0/8 or fd00::/8")));
        }
        return ranges;
    }

    private static <T> @Nullable T first(@Nullable T one, @Nullable T other) {
        return one == null ? other : one;
    }

    private static <T> T or(@Nullable T said, T usual) {
        return said == null ? usual : said;
    }
}
