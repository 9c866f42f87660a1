package dev.kitsune.envoy.listener;

import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.manifest.Platform.Context;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.ArrayList;
import java.util.List;

/**
 * The filters for calls that leave the mesh. A call without the context in its baggage, and without query parameters of
 * its adapter, runs no script. A script costs more than everything else that Kitsune adds to such a call.
 */
final class LeavingFilters {
    private LeavingFilters() {}

    static List<HttpFilter> of(Context context) {
        List<HttpFilter> filters = new ArrayList<>();
        // It has no rules of its own. The rules of a call's route apply.
        filters.add(HttpFilters.of(WireNames.LEAVING_FILTER, Config.getDefaultInstance()));
        if (context.baggage()) {
            // The filter before it has removed the header from all calls that leave without their context.
            filters.add(HeaderCondition.all(
                            HeaderCondition.any(
                                    HeaderCondition.contains("baggage", context.header()),
                                    HeaderCondition.contains("baggage", context.deploymentHeader())),
                            HeaderCondition.absent(context.header()))
                    .putIn(WireNames.BAGGAGE_FILTER, LuaFilter.leaving(context)));
        }
        filters.add(HttpFilters.query(LuaFilter.query()));
        return filters;
    }
}
