package dev.kitsune.envoy.listener;

import com.google.protobuf.Any;
import com.google.protobuf.UInt32Value;
import dev.kitsune.envoy.Origins;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ExtensionFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ResponseFlagFilter;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper;

/** What a caller reads when Envoy answers by itself: always the environment, and the cause in words. */
final class LocalReply {
    private final String environment;

    private LocalReply(String header) {
        this.environment = "%REQ(" + header + ")%";
    }

    static LocalReplyConfig of(String contextHeader) {
        return new LocalReply(contextHeader).config();
    }

    private LocalReplyConfig config() {
        String target = "%METADATA(ROUTE:" + Origins.NAMESPACE + ":" + Origins.TARGET + ")%";
        return LocalReplyConfig.newBuilder()
                // Every RouteConfiguration ends with a catch-all: no route means that no scope was found.
                .addMappers(mapper(flag("NR"), 404, "there is no virtual environment \"" + environment + "\""))
                .addMappers(
                        mapper(
                                flag("SI"),
                                504,
                                "no answer in time in virtual environment " + environment
                                        + ": it could not be loaded because the control plane is away, or the service is silent"))
                .addMappers(mapper(
                        flag("NC"),
                        503,
                        target + " cannot be reached in virtual environment " + environment
                                + ": its cluster could not be loaded because the control plane is away"))
                .addMappers(mapper(
                        flag("UH"), 503, "no workload serves " + target + " in virtual environment " + environment))
                .addMappers(mapper(
                        details("failed_to_inject_credential"),
                        503,
                        "a credential for " + target + " is missing in virtual environment " + environment))
                .addMappers(ResponseMapper.newBuilder()
                        .setFilter(cel("response.code_details == 'direct_response' && response.code == 403"))
                        .setBodyFormatOverride(format(
                                "%LOCAL_REPLY_BODY%: %REQ(:AUTHORITY)% (virtual environment " + environment + ")")))
                // The normaliser's own answers say all that there is to say.
                .addMappers(ResponseMapper.newBuilder()
                        .setFilter(details("lua_response"))
                        .setBodyFormatOverride(format("%LOCAL_REPLY_BODY%")))
                .setBodyFormat(format("%LOCAL_REPLY_BODY% (virtual environment " + environment + ")"))
                .build();
    }

    private static ResponseMapper mapper(AccessLogFilter filter, int status, String text) {
        return ResponseMapper.newBuilder()
                .setFilter(filter)
                .setStatusCode(UInt32Value.of(status))
                .setBodyFormatOverride(format(text))
                .build();
    }

    private static SubstitutionFormatString format(String text) {
        return SubstitutionFormatString.newBuilder()
                .setTextFormatSource(DataSource.newBuilder().setInlineString(text))
                .build();
    }

    private static AccessLogFilter flag(String flag) {
        return AccessLogFilter.newBuilder()
                .setResponseFlagFilter(ResponseFlagFilter.newBuilder().addFlags(flag))
                .build();
    }

    private static AccessLogFilter details(String details) {
        return cel("response.code_details == '" + details + "'");
    }

    private static AccessLogFilter cel(String expression) {
        return AccessLogFilter.newBuilder()
                .setExtensionFilter(ExtensionFilter.newBuilder()
                        .setName("envoy.access_loggers.extension_filters.cel")
                        .setTypedConfig(Any.pack(ExpressionFilter.newBuilder()
                                .setExpression(expression)
                                .build())))
                .build();
    }
}
