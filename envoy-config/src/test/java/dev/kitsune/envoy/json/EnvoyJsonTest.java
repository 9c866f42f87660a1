package dev.kitsune.envoy.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.bootstrap.Bootstraps;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnvoyJsonTest {
    @Test
    void printsPackedMessagesAndTheFieldNamesOfTheDocumentation() {
        Proxy gateway = new Proxy.GatewayProxy("127.0.0.1", 8080, Proxy.Scopes.EAGER);

        String json = EnvoyJson.print(Bootstraps.of(gateway, "gw", "127.0.0.1", 18000, 9901, Optional.empty()));

        assertThat(json)
                .contains(
                        "\"dynamic_resources\"",
                        "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions")
                .contains("\"connection_keepalive\"");
    }
}
