package dev.kitsune.model.read;

import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.AppDeployment.Component;
import dev.kitsune.model.manifest.AppDeployment.Route;
import java.util.List;
import java.util.Map;

/** Reads the spec of an {@link AppDeployment}, with the design's defaults. */
final class AppDeploymentReader {
    private AppDeploymentReader() {}

    static AppDeployment read(Fields f) {
        return new AppDeployment(
                f.required("app").text(Grammar.DNS_LABEL),
                f.optional("version", c -> c.text(Grammar.NOT_EMPTY)),
                f.required("components").map(Grammar.DNS_LABEL, c -> c.fields(AppDeploymentReader::component)));
    }

    private static Component component(Fields f) {
        return new Component(
                f.required("version").text(Grammar.VERSION),
                f.optional("routes", c -> c.list(r -> r.fields(AppDeploymentReader::route)), List.of()),
                f.optional("variables", DeclarationReader::variables, Map.of()),
                f.optional("secrets", DeclarationReader::secrets, Map.of()),
                f.optional("dependencies", DependencyReader::dependencies, Map.of()),
                f.optional("protocol", DeclarationReader::protocol),
                f.optional("template", PodTemplateReader::read));
    }

    private static Route route(Fields f) {
        return new Route(
                f.required("rule").text(Grammar.NOT_EMPTY),
                f.optional("priority", c -> c.integer(-1_000_000, 1_000_000), 0));
    }
}
