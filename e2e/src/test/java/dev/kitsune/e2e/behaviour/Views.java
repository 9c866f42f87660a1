package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.xds.cli.KitsuneCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Everything that operators can read, as texts by place. */
final class Views {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Views() {}

    /** Adds the pages of the admin port, and the log. */
    static void of(EnvoyProcess envoy, Map<String, String> places) throws Exception {
        for (String page : List.of(
                "/config_dump?include_eds",
                "/clusters",
                "/stats",
                "/listeners",
                "/certs",
                "/init_dump",
                "/server_info")) {
            places.put(envoy.name() + page, envoy.admin().get(page));
        }
        places.put(envoy.name() + "'s log", envoy.log() + "\n(end)");
    }

    /** Adds the page, the API with every resource, the metrics, and the log. */
    static void of(ServeProcess serve, Map<String, String> places) throws Exception {
        for (String page :
                List.of("/", "/metrics", "/api/status", "/api/environments", "/api/components", "/api/proxies")) {
            places.put(page, get(serve, page));
        }
        places.put("/api/problems", get(serve, "/api/problems?limit=500"));
        for (JsonNode environment :
                JSON.readTree(places.get("/api/environments")).path("items")) {
            String name = environment.path("name").asText();
            places.put("environment " + name, get(serve, "/api/environments/" + name));
        }
        for (ResourceType type : ResourceType.values()) {
            String resources =
                    "/api/resources/" + type.name().toLowerCase(Locale.ROOT).replace('_', '-');
            String list = get(serve, resources + "?limit=500");
            places.put(resources, list);
            assertThat(JSON.readTree(list).path("items")).as(resources).isNotEmpty();
            for (JsonNode resource : JSON.readTree(list).path("items")) {
                String name = resource.path("name").asText();
                String whole = resources + "?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
                places.put(whole, get(serve, whole));
            }
        }
        places.put("serve's log", serve.log());
    }

    /** Adds the output of {@code kitsune check} on both streams. */
    static void ofCheck(Path folder, Map<String, String> places) {
        for (String format : List.of("text", "json", "yaml")) {
            StringWriter printed = new StringWriter();
            KitsuneCommand.commandLine("kitsune")
                    .setOut(new PrintWriter(printed))
                    .setErr(new PrintWriter(printed))
                    .execute("check", folder.toString(), "-o", format);
            places.put("kitsune check -o " + format, printed.toString());
        }
    }

    private static String get(ServeProcess serve, String page) throws Exception {
        String answer = serve.get(page);
        assertThat(answer).as(page).startsWith("200 ");
        return answer.substring("200 ".length());
    }
}
