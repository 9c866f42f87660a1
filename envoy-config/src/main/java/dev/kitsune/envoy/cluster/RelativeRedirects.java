package dev.kitsune.envoy.cluster;

import com.google.protobuf.Any;
import dev.kitsune.envoy.LuaScript;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;

/** Completes the redirects of an adapter that leave out scheme and host, so that Envoy can follow them. */
final class RelativeRedirects {
    private static final String SCRIPT = LuaScript.read(RelativeRedirects.class, "location.lua");

    private RelativeRedirects() {}

    static HttpFilter of(ResolvedAdapter.HttpAdapter adapter) {
        String origin = (adapter.target().tls() == null ? "http://" : "https://") + adapter.authority();
        return HttpFilter.newBuilder()
                .setName("kitsune.location")
                .setTypedConfig(Any.pack(Lua.newBuilder()
                        .setDefaultSourceCode(
                                DataSource.newBuilder().setInlineString(LuaScript.constant("ORIGIN", origin) + SCRIPT))
                        .build()))
                .build();
    }
}
