package dev.kitsune.envoy.trace;

import com.google.protobuf.Struct;
import dev.kitsune.envoy.Audience;
import dev.kitsune.envoy.Proxy;
import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.name.ListenerName;
import dev.kitsune.envoy.name.ListenerName.GatewayListenerName;
import dev.kitsune.envoy.name.ListenerName.InboundListenerName;
import dev.kitsune.envoy.name.ListenerName.OutboundListenerName;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.envoy.scope.Loading;
import dev.kitsune.envoy.translate.Translator;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.PeerIdentity;
import dev.kitsune.model.snapshot.SnapshotView;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Traces a request through the resources of one proxy as Envoy would, with everything loaded. It supports the resources
 * that Kitsune generates, and stops at anything else. Its result names the filters that it does not follow.
 */
public final class RouteTrace {
    /** Only gateways check tokens. For other proxies, all tokens would have expired. */
    private static final Instant NO_TOKENS = Instant.MAX;

    private final ProxyResources held;
    private final HttpConnectionManager manager;
    private final String listener;
    private final List<String> notFollowed = new ArrayList<>();
    private final Filters filters;

    /** The identity that the caller has shown; empty for none. */
    private final String caller;

    /** The request's metadata from scripts and filters, by namespace and key. */
    private final Map<String, String> left = new HashMap<>();

    private RequestHeaders request;

    private @Nullable RouteTable table;

    private boolean contextRefused;

    private RouteTrace(
            ProxyResources held,
            Listener listener,
            HttpConnectionManager manager,
            RequestHeaders entered,
            Arrived arrived) {
        this.held = held;
        this.listener = listener.getName();
        this.manager = manager;
        this.request = entered;
        this.caller = arrived.caller() == null ? "" : arrived.caller().uri();
        this.filters = new Filters(arrived.now(), caller, notFollowed, left);
    }

    /** Traces a request from outside; {@code now}: the time for the expiry of tokens. */
    public static Hop gateway(Proxy.GatewayProxy proxy, RequestHeaders request, SnapshotView view, Instant now) {
        return at(proxy, GatewayListenerName.class, new Arrived(request, null, now), view);
    }

    /**
     * Traces a request to the app of a sidecar.
     *
     * @param caller null if it comes without TLS
     */
    public static Hop inbound(
            Proxy.SidecarProxy proxy, RequestHeaders request, @Nullable PeerIdentity caller, SnapshotView view) {
        return at(proxy, InboundListenerName.class, new Arrived(request, caller, NO_TOKENS), view);
    }

    /** Traces a call of the app of a sidecar. */
    public static Hop outbound(Proxy.SidecarProxy proxy, RequestHeaders request, SnapshotView view) {
        return at(proxy, OutboundListenerName.class, new Arrived(request, null, NO_TOKENS), view);
    }

    /** A request with who showed a certificate for it, and the time for the expiry of tokens. */
    private record Arrived(RequestHeaders request, @Nullable PeerIdentity caller, Instant now) {}

    private static Hop at(Proxy proxy, Class<? extends ListenerName> sort, Arrived arrived, SnapshotView view) {
        ProxyResources held = new ProxyResources(Audience.of(proxy, view), view);
        Listener listener = Translator.wildcard(ResourceType.LISTENER, held.audience(), view).stream()
                .filter(name ->
                        ListenerName.parse(name).filter(sort::isInstance).isPresent())
                .findFirst()
                .flatMap(name -> held.get(ResourceType.LISTENER, name, Listener.class))
                .orElseThrow(() -> new IllegalStateException("a proxy without its listener"));
        HttpConnectionManager manager = FilterConfigs.unpack(
                FilterChains.of(listener, RequestArrival.CLIENT, arrived.caller() != null)
                        .getFilters(0)
                        .getTypedConfig(),
                HttpConnectionManager.class);
        RequestHeaders entered = RequestArrival.of(arrived.request(), manager, proxy);
        return new RouteTrace(held, listener, manager, entered, arrived).run(arrived.request());
    }

    private Hop run(RequestHeaders received) {
        table = find(request);
        @Nullable RouteTable atFirst = table;
        for (HttpFilter declared : manager.getHttpFiltersList()) {
            HttpFilter filter = FilterConfigs.isOff(declared, atFirst)
                    ? null
                    : HeaderConditions.chosen(declared, request).orElse(null);
            if (filter == null) {
                continue;
            }
            if (filter.getTypedConfig().is(Lua.class)) {
                ScriptRun.ScriptAnswer answer = script(filter);
                if (answer != null) {
                    contextRefused = !answer.afterLoading();
                    LocalReplies.ReplyReason reason =
                            new LocalReplies.ReplyReason(answer.status(), answer.text(), "", "lua_response");
                    return hop(received, request, answered(reason, answer.headers()));
                }
            } else {
                Filters.FilterResult result = filters.run(filter, request, table);
                request = result.request();
                if (result.refused() != null) {
                    return hop(received, request, answered(result.refused(), ofRoute()));
                }
            }
        }
        return hop(received, request, route());
    }

    private ScriptRun.@Nullable ScriptAnswer script(HttpFilter filter) {
        String code = FilterConfigs.script(filter, table).orElse(null);
        if (code == null) {
            return null;
        }
        Struct metadata = table == null
                ? Struct.getDefaultInstance()
                : table.metadata().getOrDefault(filter.getName(), Struct.getDefaultInstance());
        ScriptRun.ScriptResult result = ScriptRun.of(code, request, metadata, new ThisProxy());
        request = result.headers();
        left.putAll(result.left());
        if (result.routeCleared()) {
            table = find(request);
        }
        return result.answer();
    }

    private final class ThisProxy implements ScriptRun.Surroundings {
        @Override
        public String routeName(RequestHeaders settled) {
            return Optional.ofNullable(find(settled))
                    .flatMap(RouteTable::route)
                    .map(Route::getName)
                    .orElse("");
        }

        @Override
        public Optional<Loading.LoadRefusal> load(VirtualEnvironmentName virtualEnvironment) {
            return Loading.refusal(held.audience(), virtualEnvironment, held.view());
        }
    }

    private @Nullable RouteTable find(RequestHeaders by) {
        String name = manager.getScopedRoutes()
                .getScopeKeyBuilder()
                .getFragments(0)
                .getHeaderValueExtractor()
                .getName();
        if (!name.equals(WireNames.SCOPE_HEADER)) {
            throw KnownFields.unknown("a scope by header " + name);
        }
        return by.first(name).map(key -> RouteTable.find(key, by, held)).orElse(null);
    }

    private Map<String, String> ofRoute() {
        return table == null ? Map.of() : new Forwarding(table, held, filters, notFollowed).answerHeaders(request);
    }

    private Outcome route() {
        @Nullable RouteTable found = table;
        Route route = found == null ? null : found.route().orElse(null);
        if (found == null || route == null) {
            return answered(LocalReplies.ReplyReason.NO_ROUTE, Map.of());
        }
        Forwarding forwarding = new Forwarding(found, held, filters, notFollowed);
        Forwarding.ForwardingResult result = forwarding.of(route, request);
        if (result.forwarded().isPresent()) {
            return result.forwarded().get();
        }
        request = result.request();
        return answered(result.answered().orElseThrow(), forwarding.answerHeaders(request));
    }

    private Outcome answered(LocalReplies.ReplyReason reason, Map<String, String> headers) {
        return LocalReplies.answer(
                manager.getLocalReplyConfig(),
                reason,
                (command, argument) -> command.equals("DOWNSTREAM_PEER_URI_SAN")
                        ? Optional.of(caller).filter(uri -> !uri.isEmpty())
                        : Format.of(request, table, left).of(command, argument),
                table == null
                        ? ""
                        : table.route()
                                .map(route -> route.getRoute().getCluster())
                                .orElse(""),
                headers);
    }

    private Hop hop(RequestHeaders received, RequestHeaders settled, Outcome outcome) {
        @Nullable RouteTable found = table;
        Hop.RouteLookup lookup = found == null
                ? Hop.RouteLookup.WITHOUT_SCOPE
                : new Hop.RouteLookup(
                        found.scope(),
                        found.configuration().getName(),
                        found.configuration().getVirtualHostsList(),
                        found.host(),
                        found.candidates());
        return new Hop(listener, received, settled, lookup, outcome, contextRefused, notFollowed);
    }
}
