package dev.kitsune.model.read;

import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironment.ComponentOverride;
import dev.kitsune.model.manifest.VirtualEnvironment.ExpiresAfter;
import dev.kitsune.model.manifest.VirtualEnvironment.Mirror;
import dev.kitsune.model.manifest.VirtualEnvironment.OverlayBase;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.manifest.VirtualEnvironment.ReleasedApp;
import dev.kitsune.model.manifest.VirtualEnvironment.Unset;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.ProblemCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the spec of a {@link VirtualEnvironment}, with the design's defaults. */
final class VirtualEnvironmentReader {
    /** Proxies report uses up to two minutes late, so a shorter limit could not be kept. */
    private static final Duration LEAST_IDLE = Duration.ofMinutes(2);

    private static final Duration LEAST_AGE = Duration.ofSeconds(1);

    private VirtualEnvironmentReader() {}

    static VirtualEnvironment read(Fields f) {
        if (!f.has("environment") && !f.has("parent") && f.mapping().isMapping()) {
            f.mapping()
                    .problem(
                            ProblemCode.MissingField,
                            "spec needs the field \"environment\", or \"parent\" to inherit it from");
        }
        return new VirtualEnvironment(
                new OverlayBase(
                        f.optional("environment", c -> c.text(Grammar.DNS_SUBDOMAIN)),
                        f.optional("parent", VirtualEnvironmentReader::name)),
                f.at("data").fields(DataReader::read),
                f.at("unset").fields(VirtualEnvironmentReader::unset),
                f.optional("components", c -> c.map(Grammar.COMPONENT, VirtualEnvironmentReader::override), Map.of()),
                f.optional("release", c -> c.fields(VirtualEnvironmentReader::release)),
                f.optional("expiresAfter", c -> c.fields(VirtualEnvironmentReader::expiresAfter)),
                f.optional("mirror", c -> c.list(m -> m.fields(VirtualEnvironmentReader::mirror)), List.of()));
    }

    static VirtualEnvironmentName name(Cursor c) {
        return new VirtualEnvironmentName(c.text(Grammar.DNS_LABEL));
    }

    private static Unset unset(Fields f) {
        return new Unset(
                f.optional("variables", c -> c.names(Grammar.VARIABLE), Set.of()),
                f.optional("secrets", c -> c.names(Grammar.VARIABLE), Set.of()),
                f.optional("components", c -> c.names(Grammar.COMPONENT), Set.of()));
    }

    /** A version alone, or a mapping with the version in it. */
    private static ComponentOverride override(Cursor c) {
        return c.isMapping() || c.isList()
                ? c.fields(VirtualEnvironmentReader::declaredOverride)
                : new ComponentOverride(c.text(Grammar.VERSION), null, null, null, null);
    }

    private static ComponentOverride declaredOverride(Fields f) {
        return new ComponentOverride(
                f.required("version").text(Grammar.VERSION),
                f.optional("variables", DeclarationReader::variables),
                f.optional("secrets", DeclarationReader::secrets),
                f.optional("dependencies", DependencyReader::dependencies),
                f.optional("protocol", DeclarationReader::protocol));
    }

    private static Release release(Fields f) {
        return new Release(
                f.required("apps").map(Grammar.DNS_LABEL, c -> c.fields(VirtualEnvironmentReader::releasedApp)),
                f.optional("request", Cursor::text));
    }

    private static ReleasedApp releasedApp(Fields f) {
        return new ReleasedApp(
                f.required("appDeployment").text(Grammar.DNS_SUBDOMAIN),
                f.optional("version", c -> c.text(Grammar.NOT_EMPTY)));
    }

    private static ExpiresAfter expiresAfter(Fields f) {
        return new ExpiresAfter(
                f.optional("idle", c -> c.duration(LEAST_IDLE)),
                f.optional("age", c -> c.duration(LEAST_AGE)),
                f.optional("pinned", Cursor::bool, false));
    }

    private static Mirror mirror(Fields f) {
        return new Mirror(
                f.required("component").text(Grammar.COMPONENT),
                name(f.required("to")),
                f.optional("percent", c -> c.integer(0, 100), 100));
    }
}
