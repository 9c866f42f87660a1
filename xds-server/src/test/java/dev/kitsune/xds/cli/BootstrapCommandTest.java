package dev.kitsune.xds.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.model.snapshot.ComponentName;
import io.envoyproxy.envoy.config.core.v3.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BootstrapCommandTest {
    private static final String GATEWAY = "bootstrap --role gateway --listen-port 8080 --admin-port 9901";
    private static final String SIDECAR = "bootstrap --role sidecar --app shop --component cart --version 77aa010 "
            + "--inbound-port 19101 --outbound-port 19201 --app-port 7001 --admin-port 9902";

    private static final String GRPC = "bootstrap --role grpc --app shop --component frontend";

    private static Run run(String line, String... more) {
        List<String> arguments = new ArrayList<>(Arrays.asList(line.split(" ")));
        arguments.addAll(Arrays.asList(more));
        return Run.of(arguments.toArray(String[]::new));
    }

    private static JsonNode yaml(Run run) throws Exception {
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        return new YAMLMapper().readTree(run.out());
    }

    private static Proxy proxy(JsonNode bootstrap) throws Exception {
        Node.Builder node = Node.newBuilder();
        com.google.protobuf.util.JsonFormat.parser().merge(bootstrap.get("node").toString(), node);
        return Proxy.of(node.build());
    }

    @Test
    void theControlPlaneReadsAGatewayFromItsBootstrap() throws Exception {
        JsonNode bootstrap = yaml(run(GATEWAY));

        assertThat(proxy(bootstrap)).isEqualTo(new Proxy.GatewayProxy("0.0.0.0", 8080, Proxy.Scopes.ON_DEMAND));
        assertThat(bootstrap.at("/admin/address/socket_address/port_value").asInt())
                .isEqualTo(9901);
    }

    @Test
    void theControlPlaneReadsAGatewayWithAPortForTls() throws Exception {
        assertThat(proxy(yaml(run(GATEWAY, "--tls-port", "8443"))))
                .isEqualTo(new Proxy.GatewayProxy("0.0.0.0", 8080, 8443, Proxy.Scopes.ON_DEMAND));
    }

    @Test
    void theControlPlaneReadsASidecarFromItsBootstrap() throws Exception {
        Proxy.SidecarProxy sidecar =
                (Proxy.SidecarProxy) proxy(yaml(run(SIDECAR, "--id", "cart-77aa010", "--scopes", "eager")));

        assertThat(sidecar.component()).hasToString("shop/cart@77aa010");
        assertThat(sidecar.workload()).isEqualTo("cart-77aa010");
        assertThat(List.of(sidecar.inboundPort(), sidecar.outboundPort(), sidecar.appPort()))
                .containsExactly(19101, 19201, 7001);
        assertThat(sidecar.scopes()).isEqualTo(Proxy.Scopes.EAGER);
    }

    @Test
    void theControlPlaneReadsAGrpcClientFromItsBootstrapAndItsNames() throws Exception {
        JsonNode bootstrap = new ObjectMapper()
                .readTree(run(GRPC, "--version", "f1", "--id", "one").out());

        assertThat(proxy(bootstrap)).isEqualTo(new Proxy.GrpcProxy(new ComponentName("shop", "frontend"), "f1", "one"));
        assertThat(bootstrap.at("/xds_servers/0/server_uri").asText()).isEqualTo("127.0.0.1:18000");
        assertThat(bootstrap.at("/xds_servers/0/channel_creds/0/type").asText()).isEqualTo("insecure");
        assertThat(bootstrap
                        .at("/client_default_listener_resource_name_template")
                        .asText())
                .isEqualTo("grpc/shop/frontend@f1/one/%s");
        assertThat(proxy(new ObjectMapper().readTree(run(GRPC).out())))
                .isEqualTo(new Proxy.GrpcProxy(new ComponentName("shop", "frontend"), null, null));
    }

    @Test
    void aLongHostIsWithinTheLimitOfRegularExpressions() throws Exception {
        assertThat(yaml(run(GATEWAY))
                        .findValue("re2.max_program_size.error_level")
                        .asInt())
                .isGreaterThan(100_000);
    }

    @Test
    void theLinesOfADoubledContextAreJoined() throws Exception {
        assertThat(yaml(run(SIDECAR)).at("/inline_headers").findValuesAsText("inline_header_name"))
                .containsExactly("kitsune-dep", "kitsune-env", "kitsune-scope", "baggage");
    }

    @Test
    void onlyRefusalsAreKeptOfTheStatisticsOfEachVirtualEnvironment() throws Exception {
        JsonNode bootstrap = yaml(run(SIDECAR));
        String excluded = bootstrap
                .at("/stats_config/stats_matcher/exclusion_list/patterns/0/safe_regex/regex")
                .asText();

        assertThat(bootstrap.at("/stats_flush_on_admin").asBoolean()).isTrue();
        assertThat("http.inbound.rds.out/shop/frontend@1/main.update_success").matches(excluded);
        assertThat("sds.adapter/shop/stripe/main/header/authorization.version_text")
                .matches(excluded);
        assertThat("http.inbound.rds.out/shop/frontend@1/main.update_rejected").doesNotMatch(excluded);
        assertThat("cluster.component/dev/shop/cart@1.update_success").doesNotMatch(excluded);
        assertThat("http.inbound.scoped_rds.environments.update_success").doesNotMatch(excluded);
    }

    @Test
    void itNamesTheControlPlaneOfTheOption() throws Exception {
        String endpoint =
                "/static_resources/clusters/0/load_assignment/endpoints/0/lb_endpoints/0/endpoint/address/socket_address";

        assertThat(yaml(run(GATEWAY)).at(endpoint).toString()).contains("127.0.0.1", "18000");
        assertThat(yaml(run(GATEWAY, "--xds", "control.local:7000"))
                        .at(endpoint)
                        .toString())
                .contains("control.local", "7000");
    }

    @Test
    void portsInTheMetadataAreWholeNumbersBecauseEnvoyReadsOthersAsText() {
        assertThat(run(GATEWAY).out()).contains("listenPort: 8080\n");
    }

    @Test
    void jsonHoldsTheSame() throws Exception {
        assertThat(new ObjectMapper().readTree(run(GATEWAY, "-o", "json").out()))
                .isEqualTo(yaml(run(GATEWAY)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bootstrap | --role=ROLE",
                "bootstrap --role gatway --admin-port 1 | gateway, sidecar",
                "bootstrap --role gateway --admin-port 9901 | needs --listen-port",
                "bootstrap --role gateway --listen-port 8080 | needs --admin-port",
                "bootstrap --role grpc --app shop | needs --component",
                GRPC + " --admin-port 1 | --admin-port is for a gateway or a sidecar",
                GRPC + " --scopes eager | --scopes is for a gateway or a sidecar",
                GRPC + " -o yaml | a gRPC client reads only json",
                GRPC + " --version - | --version '-': expected",
                "bootstrap --role sidecar --app shop --admin-port 9902 "
                        + "| needs --component, --version, --inbound-port, --outbound-port, --app-port as well",
                GATEWAY + " --app shop | --app is for a sidecar",
                SIDECAR + " --listen-port 1 | --listen-port is for a gateway",
                GATEWAY + " --xds 18000 | not HOST:PORT",
                GATEWAY + " --scopes lazy | on-demand or eager",
                GATEWAY + " -o text | yaml or json",
                "bootstrap --role gateway --listen-port 0 --admin-port 9901 | from 1 to 65535",
                "bootstrap --role gateway --listen-port 9901 --admin-port 9901 | each needs its own",
                "bootstrap --role sidecar --app Shop --component c --version 1 --inbound-port 1 --outbound-port 2 --app-port 3 "
                        + "--admin-port 4 | --app 'Shop': expected",
            })
    void anErrorIsASentenceOnStandardErrorAndCode2(String line, String sentence) {
        Run run = run(line);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(sentence);
    }
}
