package dev.kitsune.envoy.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Origins;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.trace.Candidate.Verdict;
import dev.kitsune.envoy.translate.Translator;
import dev.kitsune.model.catalog.Catalog;
import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.resolve.Resolver;
import dev.kitsune.model.snapshot.Snapshot;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;

/** Checks Envoy's own answers that a scenario could only get after a long time. */
class LocalRepliesTest {
    private final Snapshot empty = Resolver.resolve(new CatalogChange(
                    new Catalog(HashTreePMap.empty(), HashTreePMap.empty(), false), Set.of(), Set.of(), List.of()))
            .snapshot();

    private Outcome.Answered answer(LocalReplies.ReplyReason reason) {
        return answer(reason, List.of(new RequestHeaders.HeaderLine("kitsune-env", "main")));
    }

    private Outcome.Answered answer(LocalReplies.ReplyReason reason, List<RequestHeaders.HeaderLine> headers) {
        Proxy.GatewayProxy gateway = new Proxy.GatewayProxy("127.0.0.1", 80, Proxy.Scopes.ON_DEMAND);
        String name = Translator.wildcard(ResourceType.LISTENER, Audience.of(gateway, empty), empty)
                .get(0);
        Listener listener = new ProxyResources(gateway, empty)
                .get(ResourceType.LISTENER, name, Listener.class)
                .orElseThrow();
        Struct target = Struct.newBuilder()
                .putFields(Origins.TARGET, Origins.text("shop/cart@c1"))
                .build();
        Route route = Route.newBuilder()
                .setMetadata(Metadata.newBuilder().putFilterMetadata(Origins.NAMESPACE, target))
                .build();
        RouteTable table = new RouteTable(
                "", RouteConfiguration.getDefaultInstance(), null, List.of(new Candidate(route, Verdict.TAKEN, "")));
        return LocalReplies.answer(
                FilterConfigs.unpack(
                                listener.getFilterChains(0).getFilters(0).getTypedConfig(), HttpConnectionManager.class)
                        .getLocalReplyConfig(),
                reason,
                Format.of(RequestHeaders.of("GET", "shop.localhost", "/", headers), table, Map.of()),
                "component/dev/shop/cart@c1",
                Map.of());
    }

    @Test
    void aRequestThatIsTooSlowOrTooLargeIsAnsweredWithItsCause() {
        Outcome.Answered late =
                answer(new LocalReplies.ReplyReason(408, "request timeout", "", "request_overall_timeout"), List.of());
        assertThat(late.status()).isEqualTo(408);
        assertThat(late.text())
                .startsWith("this request did not arrive in time")
                .doesNotContain("environment");
        Outcome.Answered large =
                answer(new LocalReplies.ReplyReason(431, "", "", "http1.headers_too_large"), List.of());
        assertThat(large.status()).isEqualTo(431);
        assertThat(large.text())
                .startsWith("the headers of this request are too large")
                .doesNotContain("environment");
    }

    @Test
    void theAnswerToABodyThatIsTooLargeForAnotherAttemptNamesTheCallee() {
        assertThat(answer(new LocalReplies.ReplyReason(
                        507,
                        "exceeded request buffer limit while retrying upstream",
                        "",
                        "request_payload_exceeded_retry_buffer_limit")))
                .matches(answer -> answer.status() == 503)
                .extracting(Outcome.Answered::text)
                .isEqualTo("shop/cart@c1 did not accept this request in virtual environment main, and its body is too"
                        + " large for another attempt");
    }

    @Test
    void aSilentServiceIsNotReportedAsAMissingControlPlane() {
        assertThat(answer(new LocalReplies.ReplyReason(
                        504, "upstream request timeout", "UT", "upstream_per_try_idle_timeout")))
                .matches(answer -> answer.status() == 504)
                .extracting(Outcome.Answered::text)
                .isEqualTo("shop/cart@c1 was silent for too long in virtual environment main");
        assertThat(answer(new LocalReplies.ReplyReason(504, "stream timeout", "SI", "stream_idle_timeout")))
                .extracting(Outcome.Answered::text)
                .isEqualTo("no answer in time in virtual environment main: it could not be loaded because the control"
                        + " plane is away");
    }
}
