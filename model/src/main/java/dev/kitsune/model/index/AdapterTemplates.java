package dev.kitsune.model.index;

import dev.kitsune.model.manifest.Adapter;
import dev.kitsune.model.manifest.Adapter.Tls;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.template.Expression;
import dev.kitsune.model.template.ParsedTemplate;
import dev.kitsune.model.template.SyntaxError;
import dev.kitsune.model.template.Template;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An adapter with its templates parsed, once for all virtual environments.
 *
 * @param templates the templates by their field
 * @param flaws the flaws of the adapter; if there are any, no virtual environment can call it
 */
public record AdapterTemplates(ObjectKey key, Adapter spec, Map<String, Template> templates, List<Flaw> flaws) {

    public static AdapterTemplates of(ObjectKey key, Adapter adapter) {
        return new Compiler().compile(key, adapter);
    }

    /** Returns the field of the manifest that holds its target. */
    public String field() {
        return spec.target() instanceof Adapter.Http
                ? "spec.http"
                : spec.target() instanceof Adapter.Grpc ? "spec.grpc" : "spec.tcp";
    }

    public Template template(String field) {
        Template found = templates.get(field);
        if (found == null) {
            throw new IllegalArgumentException(key + " has no template at " + field);
        }
        return found;
    }

    private static final class Compiler {
        private final Map<String, Template> templates = new HashMap<>();
        private final List<Flaw> flaws = new ArrayList<>();

        AdapterTemplates compile(ObjectKey key, Adapter adapter) {
            if (adapter.target() instanceof Adapter.Http http) {
                web("spec.http", http.url(), http.query(), http.headers());
                tls("spec.http.tls", http.tls());
            } else if (adapter.target() instanceof Adapter.Grpc grpc) {
                web("spec.grpc", grpc.url(), grpc.query(), grpc.headers());
                tls("spec.grpc.tls", grpc.tls());
            } else if (adapter.target() instanceof Adapter.Tcp tcp) {
                plain("spec.tcp.address", tcp.address());
                tls("spec.tcp.tls", tcp.tls());
            }
            return new AdapterTemplates(key, adapter, Map.copyOf(templates), List.copyOf(flaws));
        }

        private void web(String field, String url, Map<String, String> query, Map<String, String> headers) {
            plain(field + ".url", url);
            new TreeMap<>(query).forEach((name, text) -> plain(field + ".query." + name, text));
            new TreeMap<>(headers).forEach((name, text) -> header(field + ".headers." + name, name, text));
            flaws.addAll(HeaderNames.flaws(field + ".headers", headers.keySet()));
        }

        private void header(String field, String name, String text) {
            Template template = parse(field, text);
            if (template != null
                    && HeaderNames.isHost(name)
                    && !template.secrets().isEmpty()) {
                refuse(field, template);
            }
        }

        private void plain(String field, String text) {
            Template template = parse(field, text);
            if (template != null && !template.secrets().isEmpty()) {
                refuse(field, template);
            }
        }

        private void tls(String field, @Nullable Tls tls) {
            if (tls == null) {
                return;
            }
            certificate(field + ".clientCertificate", tls.clientCertificate());
            certificate(field + ".ca", tls.ca());
            if (tls.serverName() != null) {
                plain(field + ".serverName", tls.serverName());
            }
        }

        private void certificate(String field, @Nullable String text) {
            Template template = text == null ? null : parse(field, text);
            if (template != null
                    && !(template.pieces().size() == 1
                            && template.pieces().get(0) instanceof Expression.SecretReference)) {
                flaws.add(new Flaw(
                        ProblemCode.InvalidValue,
                        field,
                        "a certificate is one whole Secret: expected {{.Secrets.NAME}} and nothing else"));
            }
        }

        private @Nullable Template parse(String field, String text) {
            ParsedTemplate parsed = Template.parse(text);
            if (parsed instanceof SyntaxError error) {
                flaws.add(new Flaw(
                        ProblemCode.TemplateError,
                        field,
                        "template at character " + (error.offset() + 1) + ": " + error.sentence()));
                return null;
            }
            Template template = (Template) parsed;
            templates.put(field, template);
            return template;
        }

        private void refuse(String field, Template template) {
            flaws.add(new Flaw(
                    ProblemCode.SecretNotInjectable,
                    field,
                    "secret " + template.secrets().iterator().next() + " is not allowed in "
                            + field.substring(field.indexOf('.', 5) + 1)
                            + (field.startsWith("spec.tcp")
                                    ? ": in a TCP adapter, only `tls` can hold secrets. Have the target authenticate by"
                                            + " certificate, or declare it as a secret of the component that needs it"
                                    : ": put it in a header of the adapter, or declare it as a secret of the component"
                                            + " that needs it")));
        }
    }
}
