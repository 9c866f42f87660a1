package dev.kitsune.e2e.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.envoy.json.EnvoyJson;
import dev.kitsune.envoy.route.RuleMatch;
import dev.kitsune.envoy.trace.RequestHeaders;
import dev.kitsune.envoy.trace.RouteMatching;
import dev.kitsune.model.route.RuleTemplate;
import dev.kitsune.model.route.RuleTemplate.ParsedRule.ValidRule;
import dev.kitsune.model.route.RuleTemplate.RuleRendering.RenderedRules;
import dev.kitsune.model.rule.Rule;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.template.Scope;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every request matches either a rule or its negation, in Envoy and in the trace. */
class OppositeRulesIT {
    private static final Scope NO_VARIABLES = new Scope(new Overlay(Map.of(), Map.of()), Map.of());
    private static final String RULE = "x-rule";

    private static final List<String> PREDICATES = List.of(
            "Query(`tag`, `b`)",
            "Query(`tag`, ``)",
            "Query(`tag`, `{v}`)",
            "Query(`tag`, `{v:.*}`)",
            "Query(`tag`, `{v:[^x]*b}`)",
            "Query(`t.g`, `a+b`)",
            "Header(`x-a`, `b`)",
            "Header(`x-a`, ``)",
            "Header(`x-a`, `{v}`)",
            "Header(`x-a`, `{v:.*}`)",
            "Header(`x-a`, `{v:b?}`)",
            "Header(`x-a`, `a,b`)",
            "Path(`/a`)",
            "Path(`/a/{v}`)",
            "Path(`/a/{v:.*z}`)",
            "Path(`/{v:[!-~]+}`)",
            "Path(`/a/`)",
            "Path(`/a/{v:(b|c){1,2}}`)",
            "PathPrefix(`/`)",
            "PathPrefix(`/a`)",
            "PathPrefix(`/a/{v}`)",
            "PathPrefix(`/{v:.*z}`)",
            "PathPrefix(`/{v:\\W+}`)",
            "Method(`GET`)",
            "Host(`shop.localhost`)",
            "Host(`{v}.localhost`)",
            "Host(`{v:SHOP|x}.localhost`)",
            "Host(`{v:.*}`)",
            "(Query(`tag`, `a`) || Path(`/a`)) && Header(`x-a`, `{v:.*}`)");

    private static final List<String> TARGETS = List.of(
            "/",
            "/a",
            "/a/",
            "/a/b",
            "/a/b/c",
            "/a/bc?z",
            "/a/b?q=z",
            "/a/?z",
            "/ab?tag=a&tag=b",
            "/?tag=b&tag=a",
            "/?tag",
            "/?tag=",
            "/?tag&x=b",
            "/?xtag=b",
            "/?tag=a&x=b",
            "/?t.g=a+b",
            "/?txg=a+b",
            "/?a=1?tag=b",
            "/a?tag=b/z",
            "/-?/z",
            "/a/z/z?tag=a&b");

    private static final List<List<String>> LINES = List.of(
            List.of(), List.of(""), List.of("a"), List.of("b"), List.of("a", "b"), List.of("a,b"), List.of("", "b"));

    private static final List<String> HOSTS = List.of("shop.localhost", "SHOP.localhost:80", "x.y.localhost", "other");

    private record Sample(String target, List<String> lines, String host) {}

    @TempDir
    Path folder;

    @Test
    void aRuleOrItsOppositeHolds() throws Exception {
        List<List<RouteMatch>> rules = Stream.concat(
                        PREDICATES.stream(), PREDICATES.stream().map(rule -> "!(" + rule + ")"))
                .map(OppositeRulesIT::matches)
                .toList();
        try (LoopbackPorts ports = new LoopbackPorts()) {
            int port = ports.next();
            int admin = ports.next();
            try (EnvoyProcess envoy = EnvoyProcess.start(
                            EnvoyBinary.find(System.err::println),
                            "rules",
                            bootstrap(port, admin, rules),
                            admin,
                            folder)
                    .awaitReady(Duration.ofSeconds(60))) {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    BufferedReader answers = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
                    for (Sample sample : samples()) {
                        check(rules, sample, socket, answers);
                    }
                }
                envoy.requireAlive();
            }
        }
    }

    private static void check(List<List<RouteMatch>> rules, Sample sample, Socket socket, BufferedReader answers)
            throws IOException {
        int half = PREDICATES.size();
        for (int i = 0; i < half; i++) {
            boolean holds = ask(sample, i, socket, answers);
            assertThat(ask(sample, i + half, socket, answers))
                    .as("!(%s) of %s", PREDICATES.get(i), sample)
                    .isEqualTo(!holds);
            assertThat(traced(rules.get(i), sample))
                    .as("the trace of %s of %s", PREDICATES.get(i), sample)
                    .isEqualTo(holds);
            assertThat(traced(rules.get(i + half), sample))
                    .as("the trace of !(%s) of %s", PREDICATES.get(i), sample)
                    .isEqualTo(!holds);
        }
    }

    private static List<Sample> samples() {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < TARGETS.size(); i++) {
            for (int j = 0; j < LINES.size(); j++) {
                samples.add(new Sample(TARGETS.get(i), LINES.get(j), HOSTS.get((i + j) % HOSTS.size())));
            }
        }
        return samples;
    }

    private static List<RouteMatch> matches(String text) {
        RuleTemplate.ParsedRule parsed = RuleTemplate.parse(text);
        assertThat(parsed).as(text).isInstanceOf(ValidRule.class);
        RuleTemplate.RuleRendering rendering = ((ValidRule) parsed).rule().render(NO_VARIABLES);
        assertThat(rendering).as(text).isInstanceOf(RenderedRules.class);
        List<Rule> alternatives = ((RenderedRules) rendering).rules();
        return alternatives.stream().map(rule -> RuleMatch.of(rule, null)).toList();
    }

    private static boolean traced(List<RouteMatch> alternatives, Sample sample) {
        List<RequestHeaders.HeaderLine> lines = new ArrayList<>(List.of(
                new RequestHeaders.HeaderLine(":method", "GET"),
                new RequestHeaders.HeaderLine(":path", sample.target()),
                new RequestHeaders.HeaderLine(":authority", sample.host())));
        sample.lines().forEach(line -> lines.add(new RequestHeaders.HeaderLine("x-a", line)));
        RequestHeaders request = new RequestHeaders(lines);
        return alternatives.stream()
                .anyMatch(match -> RouteMatching.fails(match, request).isEmpty());
    }

    private static boolean ask(Sample sample, int rule, Socket socket, BufferedReader answers) throws IOException {
        StringBuilder request = new StringBuilder("GET " + sample.target() + " HTTP/1.1\r\n");
        request.append("host: ").append(sample.host()).append("\r\n");
        request.append(RULE).append(": ").append(rule).append("\r\n");
        sample.lines().forEach(line -> request.append("x-a: ").append(line).append("\r\n"));
        socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        String status = answers.readLine();
        String line = answers.readLine();
        while (!line.isEmpty()) {
            line = answers.readLine();
        }
        assertThat(status).as("%s", sample).matches("HTTP/1.1 20[02] .*");
        return status.contains(" 200 ");
    }

    private static String bootstrap(int port, int admin, List<List<RouteMatch>> rules) {
        VirtualHost.Builder routes = VirtualHost.newBuilder().setName("rules").addDomains("*");
        for (int i = 0; i < rules.size(); i++) {
            for (RouteMatch match : rules.get(i)) {
                routes.addRoutes(route(match.toBuilder(), i, 200));
            }
            routes.addRoutes(route(RouteMatch.newBuilder().setPrefix("/"), i, 202));
        }
        String configuration = EnvoyJson.print(
                RouteConfiguration.newBuilder().addVirtualHosts(routes).build());
        return """
                {"admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": %d}}},
                 "layered_runtime": {"layers": [{"name": "r", "static_layer": {"re2.max_program_size.error_level": 1000000}}]},
                 "static_resources": {"listeners": [{"name": "l",
                  "address": {"socket_address": {"address": "127.0.0.1", "port_value": %d}},
                  "filter_chains": [{"filters": [{"name": "hcm", "typed_config": {
                   "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                   "stat_prefix": "r", "route_config": %s,
                   "http_filters": [{"name": "router", "typed_config": {
                    "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}}]}]}]}}
                """.formatted(admin, port, configuration);
    }

    private static Route route(RouteMatch.Builder match, int rule, int status) {
        return Route.newBuilder()
                .setMatch(match.addHeaders(HeaderMatcher.newBuilder()
                        .setName(RULE)
                        .setStringMatch(StringMatcher.newBuilder().setExact(String.valueOf(rule)))))
                .setDirectResponse(DirectResponseAction.newBuilder().setStatus(status))
                .build();
    }
}
