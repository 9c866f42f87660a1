package dev.kitsune.xds.inspect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The resolved values of a virtual environment, as facts that can be compared one by one. They come from the inspection
 * API, so that a folder and a running server are compared in the same form.
 */
public final class VirtualEnvironmentFacts {
    private static final ObjectMapper JSON = new ObjectMapper();

    private VirtualEnvironmentFacts() {}

    public static SortedMap<String, String> of(ResolvedVirtualEnvironment virtualEnvironment, Snapshot snapshot) {
        return of(JSON.valueToTree(VirtualEnvironmentView.of(
                virtualEnvironment, snapshot, VirtualEnvironmentView.ReleasesView.NONE, null, List.of())));
    }

    /** Returns everything that the inspection API shows of a virtual environment, but for its releases and expiry. */
    public static JsonNode shown(ResolvedVirtualEnvironment virtualEnvironment, Snapshot snapshot) {
        return JSON.valueToTree(VirtualEnvironmentView.of(
                virtualEnvironment,
                snapshot,
                VirtualEnvironmentView.ReleasesView.NONE,
                null,
                virtualEnvironment.problems()));
    }

    /**
     * Returns the facts of every virtual environment that a server serves, by name.
     *
     * @param server its address for people, such as {@code http://127.0.0.1:18001}
     */
    public static SortedMap<VirtualEnvironmentName, SortedMap<String, String>> served(URI server)
            throws IOException, InterruptedException {
        InspectionClient client = new InspectionClient(server);
        SortedMap<VirtualEnvironmentName, SortedMap<String, String>> all = new TreeMap<>();
        for (JsonNode row : client.all("/api/environments")) {
            String name = row.path("name").asText();
            all.put(new VirtualEnvironmentName(name), of(client.one("/api/environments/" + name)));
        }
        return all;
    }

    private static SortedMap<String, String> of(JsonNode view) {
        SortedMap<String, String> facts = new TreeMap<>();
        facts.put("environment", view.path("environment").asText());
        if (view.path("expired").isTextual()) {
            facts.put("expired", text(view, "expired"));
        }
        for (JsonNode app : view.path("apps")) {
            facts.put("release " + text(app, "app"), text(app, "appDeployment"));
        }
        for (JsonNode component : view.path("components")) {
            facts.put("component " + text(component, "component"), text(component, "version"));
        }
        for (JsonNode variable : view.path("variables")) {
            facts.put("variable " + text(variable, "name"), text(variable, "type") + " " + text(variable, "value"));
        }
        for (JsonNode secret : view.path("secrets")) {
            facts.put(
                    "secret " + text(secret, "name"),
                    text(secret, "location") + (secret.path("present").asBoolean() ? "" : " (missing)"));
        }
        for (JsonNode adapter : view.path("adapters")) {
            adapter(adapter, facts);
        }
        for (JsonNode route : view.path("routes")) {
            facts.put(
                    "rule " + text(route, "rule") + " -> " + text(route, "target"),
                    "priority " + text(route, "priority"));
        }
        for (JsonNode copy : view.path("copies")) {
            facts.put(
                    "copies of " + text(copy, "component") + " to " + text(copy, "to"),
                    text(copy, "percent") + " %, " + text(copy, "version"));
        }
        return facts;
    }

    private static void adapter(JsonNode adapter, SortedMap<String, String> facts) {
        String name = "adapter " + text(adapter, "name");
        if (!adapter.path("unavailable").isNull()) {
            facts.put(name, "unavailable: " + text(adapter, "unavailable"));
            return;
        }
        facts.put(name, text(adapter, "protocol") + " " + text(adapter, "address"));
        adapter.path("headers")
                .properties()
                .forEach(header -> facts.put(
                        name + " header " + header.getKey(), header.getValue().asText()));
        adapter.path("certificates").forEach(certificate -> facts.put(name + " " + certificate.asText(), "set"));
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asText();
    }
}
