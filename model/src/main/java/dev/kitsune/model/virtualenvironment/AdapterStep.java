package dev.kitsune.model.virtualenvironment;

import dev.kitsune.model.index.AdapterTemplates;
import dev.kitsune.model.index.Flaw;
import dev.kitsune.model.index.KeyState;
import dev.kitsune.model.index.ProblemReport;
import dev.kitsune.model.index.Reads;
import dev.kitsune.model.manifest.Adapter;
import dev.kitsune.model.manifest.Adapter.Behaviour;
import dev.kitsune.model.manifest.Adapter.FollowRedirects;
import dev.kitsune.model.manifest.Platform.AdapterTarget;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.Address;
import dev.kitsune.model.snapshot.Delivery;
import dev.kitsune.model.snapshot.HeaderValue;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.Overlay.SecretSource;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import dev.kitsune.model.snapshot.SecretLocation;
import dev.kitsune.model.snapshot.SecretValue;
import dev.kitsune.model.template.Expression;
import dev.kitsune.model.template.Scope;
import dev.kitsune.model.template.Template;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Resolves one adapter in one virtual environment. Any error affects only this pair. */
final class AdapterStep {
    /** Ends at the first fault: one is enough to make the adapter unavailable. */
    private static final class UnusableAdapterException extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Flaw flaw;

        UnusableAdapterException(ProblemCode code, String field, String message) {
            super(message, null, false, false);
            this.flaw = new Flaw(code, field, message);
        }
    }

    private final AdapterTemplates templates;
    private final Scope scope;
    private final Reads reads;
    private final ProblemReport report;
    private final Origin origin;

    private AdapterStep(AdapterTemplates templates, Scope scope, Reads reads, ProblemReport report) {
        this.report = report;
        this.templates = templates;
        this.scope = scope;
        this.reads = reads;
        this.origin = new Origin(templates.key(), templates.field());
    }

    static ResolvedAdapter resolve(AdapterTemplates templates, Scope scope, Reads reads, ProblemReport report) {
        AdapterStep step = new AdapterStep(templates, scope, reads, report);
        if (!templates.flaws().isEmpty()) {
            // The problem is reported once, at the adapter.
            return step.unavailable(templates.flaws().get(0));
        }
        try {
            return step.resolve();
        } catch (UnusableAdapterException unusable) {
            report.add(templates.key(), unusable.flaw);
            return step.unavailable(unusable.flaw);
        }
    }

    private ResolvedAdapter unavailable(Flaw flaw) {
        return new ResolvedAdapter.UnavailableAdapter(
                "adapter " + templates.key().name() + " cannot be called: " + flaw.message(),
                templates.spec().target() instanceof Adapter.Tcp tcp ? tcp.listen() : null,
                origin);
    }

    private ResolvedAdapter resolve() throws UnusableAdapterException {
        Adapter.Target target = templates.spec().target();
        if (target instanceof Adapter.Http http) {
            Behaviour behaviour = new Behaviour(http.followRedirects(), http.context(), http.idleTimeout());
            return web(false, http.query(), http.headers(), behaviour, http.tls());
        }
        if (target instanceof Adapter.Grpc grpc) {
            Behaviour behaviour = new Behaviour(FollowRedirects.Never, grpc.context(), grpc.idleTimeout());
            return web(true, grpc.query(), grpc.headers(), behaviour, grpc.tls());
        }
        Adapter.Tcp tcp = (Adapter.Tcp) target;
        String field = "spec.tcp.address";
        UpstreamTarget address = allowed(field, UpstreamTarget.ofAddress(text(field)));
        return new ResolvedAdapter.TcpAdapter(
                new ResolvedAdapter.ResolvedTarget(
                        address.host(),
                        address.port(),
                        tcp.tls() == null ? null : tls("spec.tcp.tls", tcp.tls(), address.host())),
                tcp.listen(),
                origin);
    }

    private ResolvedAdapter web(
            boolean grpc,
            Map<String, String> query,
            Map<String, String> headers,
            Behaviour behaviour,
            Adapter.@Nullable Tls tls)
            throws UnusableAdapterException {
        String field = templates.field();
        UpstreamTarget target = allowed(field + ".url", UpstreamTarget.ofUrl(text(field + ".url")));
        if (tls != null && !target.encrypted()) {
            throw new UnusableAdapterException(
                    ProblemCode.InvalidValue, field + ".tls", "`tls` needs a url with https");
        }
        Map<String, String> parameters = new HashMap<>();
        for (String name : new TreeMap<>(query).keySet()) {
            parameters.put(UpstreamTarget.encoded(name), UpstreamTarget.encoded(text(field + ".query." + name)));
        }
        Map<String, HeaderValue> values = new HashMap<>();
        for (String name : new TreeMap<>(headers).keySet()) {
            values.put(name.toLowerCase(Locale.ROOT), header(field + ".headers." + name, name));
        }
        return new ResolvedAdapter.HttpAdapter(
                grpc,
                new ResolvedAdapter.ResolvedTarget(
                        target.host(),
                        target.port(),
                        target.encrypted() ? tls(field + ".tls", tls, target.host()) : null),
                target.path(),
                parameters,
                values,
                behaviour,
                origin);
    }

    private UpstreamTarget allowed(String field, UpstreamTarget.TargetOutcome made) throws UnusableAdapterException {
        if (made instanceof UpstreamTarget.TargetOutcome.UnusableTarget refused) {
            throw new UnusableAdapterException(ProblemCode.InvalidValue, field, refused.sentence());
        }
        UpstreamTarget target = ((UpstreamTarget.TargetOutcome.UsableTarget) made).target();
        AdapterTarget guarded = Address.guarded(target.host());
        boolean openHere = guarded == AdapterTarget.Loopback && !reads.namespacedSecrets();
        if (guarded != null && !openHere && !reads.platform().adapterTargets().contains(guarded)) {
            throw new UnusableAdapterException(
                    ProblemCode.AdapterTargetNotAllowed,
                    field,
                    "\"" + target.host() + "\" is a "
                            + (guarded == AdapterTarget.Loopback ? "loopback" : "link-local")
                            + " address, which adapters may not reach: name another address, or list " + guarded
                            + " in the Platform's `adapterTargets`");
        }
        return target;
    }

    private HeaderValue header(String field, String name) throws UnusableAdapterException {
        HeaderValue value = render(field, templates.template(field));
        if (value instanceof HeaderValue.Plain plain && !Delivery.fitsHeader(plain.text())) {
            throw new UnusableAdapterException(
                    ProblemCode.ValueNotDeliverable,
                    field,
                    "header " + name
                            + " would hold CR, LF, NUL or another control character: correct the variables in it");
        }
        if (value instanceof HeaderValue.Plain plain && !Delivery.isShortEnough(plain.text())) {
            throw new UnusableAdapterException(
                    ProblemCode.ValueNotDeliverable,
                    field,
                    "header " + name + " would take more than " + Delivery.LONGEST_HEADER
                            + " bytes, the most that Envoy accepts (each \"%\" counts twice): shorten it");
        }
        return value;
    }

    private String text(String field) throws UnusableAdapterException {
        HeaderValue value = render(field, templates.template(field));
        return ((HeaderValue.Plain) value).text();
    }

    private HeaderValue render(String field, Template template) throws UnusableAdapterException {
        Template.TemplateRendering rendering = template.render(scope);
        if (rendering instanceof Template.TemplateRendering.FailedTemplate failed) {
            Template.TemplateFault fault = failed.faults().get(0);
            throw new UnusableAdapterException(fault.code(), field, fault.sentence());
        }
        return ((Template.TemplateRendering.RenderedTemplate) rendering).value();
    }

    private ResolvedAdapter.ResolvedTls tls(String field, Adapter.@Nullable Tls tls, String host)
            throws UnusableAdapterException {
        if (tls == null) {
            return new ResolvedAdapter.ResolvedTls(null, null, host, List.of(), false);
        }
        return new ResolvedAdapter.ResolvedTls(
                tls.clientCertificate() == null
                        ? null
                        : certificate(field + ".clientCertificate", List.of("tls.crt", "tls.key")),
                tls.ca() == null ? null : certificate(field + ".ca", List.of("ca.crt")),
                tls.serverName() == null ? host : serverName(field + ".serverName"),
                tls.alpn(),
                tls.insecureSkipVerify());
    }

    private String serverName(String field) throws UnusableAdapterException {
        String name = text(field);
        if (!Address.valid(name.toLowerCase(Locale.ROOT))) {
            throw new UnusableAdapterException(
                    ProblemCode.InvalidValue,
                    field,
                    "expected the name in the server's certificate: a host name of at most 253 characters, or an IP"
                            + " address");
        }
        return Address.withoutRootDot(name);
    }

    private SecretLocation certificate(String field, List<String> keys) throws UnusableAdapterException {
        Expression expression = templates.template(field).pieces().get(0);
        String name = ((Expression.SecretReference) expression).name();
        SecretSource source = scope.overlay().secrets().get(name);
        if (source == null) {
            Template.TemplateFault fault = ((Template.TemplateRendering.FailedTemplate)
                            templates.template(field).render(scope))
                    .faults()
                    .get(0);
            throw new UnusableAdapterException(fault.code(), field, fault.sentence());
        }
        SecretLocation location = source.location();
        if (location.key() != null) {
            throw new UnusableAdapterException(
                    ProblemCode.InvalidValue,
                    field,
                    "secret " + name + " is one key of " + location.secret()
                            + ": a certificate needs the whole Secret, so remove `key`");
        }
        Map<String, KeyState> there = reads.keys(location.secret());
        for (String key : keys) {
            if (Objects.requireNonNullElse(there.get(key), KeyState.EMPTY) == KeyState.EMPTY) {
                throw new UnusableAdapterException(
                        ProblemCode.MissingSecret,
                        field,
                        "secret " + name + ": " + location + " has no " + key + ", or an empty one");
            }
        }
        certified(field, name, location, keys);
        return location;
    }

    /**
     * Reports a certificate that Envoy would reject. It is delivered anyway. While the two files of a pair are written
     * one after the other, the Envoys continue to use the previous pair.
     */
    private void certified(String field, String name, SecretLocation location, List<String> keys) {
        SecretValue value = reads.value(new SecretLocation(location.secret(), keys.get(0)));
        if (value != null && value.isUnknown()) {
            return;
        }
        byte[] first = content(location, keys.get(0));
        boolean authorities = keys.size() == 1;
        String fault =
                authorities ? CertificateCheck.faultOfAuthorities(first) : CertificateCheck.faultOfCertificate(first);
        String at = keys.get(0);
        if (fault == null && !authorities) {
            at = keys.get(1);
            fault = CertificateCheck.faultOfKey(content(location, at), first);
        }
        if (fault != null) {
            report.add(
                    templates.key(),
                    new Flaw(
                            ProblemCode.InvalidValue,
                            field,
                            "secret " + name + ": " + at + " of " + location + " " + fault
                                    + ", so Envoy rejects it: put a valid one there"));
        }
    }

    private byte[] content(SecretLocation location, String key) {
        SecretValue value = reads.value(new SecretLocation(location.secret(), key));
        return value == null ? new byte[0] : value.reveal();
    }
}
