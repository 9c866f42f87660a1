package dev.kitsune.envoy.listener;

import com.google.protobuf.Any;
import com.google.protobuf.UInt32Value;
import dev.kitsune.envoy.Origins;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.manifest.Platform.Context;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.AndFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ExtensionFilter;
import io.envoyproxy.envoy.config.accesslog.v3.HeaderFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ResponseFlagFilter;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper;
import java.util.List;

/** What a caller reads when Envoy answers by itself: the cause in words, and the environment where there is one. */
final class LocalReply {
    private final String header;
    private final String deployment;
    private final boolean gateway;
    private final String environment;

    private LocalReply(String header, String deploymentHeader, boolean gateway) {
        this.header = header;
        this.deployment = "%REQ(" + deploymentHeader + ")%";
        this.gateway = gateway;
        this.environment = "%REQ(" + header + ")%";
    }

    static LocalReplyConfig atGateway(Context context) {
        return new LocalReply(context.header(), context.deploymentHeader(), true).config();
    }

    static LocalReplyConfig atSidecar(String contextHeader) {
        return new LocalReply(contextHeader, "", false).config();
    }

    private LocalReplyConfig config() {
        String target = "%METADATA(ROUTE:" + Origins.NAMESPACE + ":" + Origins.TARGET + ")%";
        return LocalReplyConfig.newBuilder()
                // Every RouteConfiguration ends with a catch-all: no route means that no scope was found.
                .addMappers(mapper(flag("NR"), 404, "there is no virtual environment \"" + environment + "\""))
                .addMappers(mapper(
                        all(flag("SI"), withEnvironment(false)),
                        504,
                        "no answer in time: the routes of requests without a virtual environment could not be loaded"
                                + " because the control plane is away"))
                .addMappers(mapper(
                        flag("SI"),
                        504,
                        "no answer in time in virtual environment " + environment
                                + ": it could not be loaded because the control plane is away"))
                .addMappers(mapper(
                        details("upstream_per_try_idle_timeout"),
                        504,
                        target + " was silent for too long in virtual environment " + environment))
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
                .addAllMappers(gateway ? selection() : undeclared())
                // The normaliser's own answers say all that there is to say.
                .addMappers(ResponseMapper.newBuilder()
                        .setFilter(details("lua_response"))
                        .setBodyFormatOverride(format("%LOCAL_REPLY_BODY%")))
                .addAllMappers(unusable())
                .addMappers(ResponseMapper.newBuilder()
                        .setFilter(withEnvironment(true))
                        .setBodyFormatOverride(format("%LOCAL_REPLY_BODY% (virtual environment " + environment + ")")))
                .setBodyFormat(format("%LOCAL_REPLY_BODY%"))
                .build();
    }

    /** Of requests that no route is looked up for. Most have no context yet, and many no readable header. */
    private List<ResponseMapper> unusable() {
        String details = " (%RESPONSE_CODE_DETAILS%)";
        return List.of(
                cause(
                        details("upgrade_failed"),
                        gateway
                                ? "a gateway upgrades a connection to WebSocket alone, and opens no tunnel for CONNECT"
                                : "a sidecar upgrades a connection to WebSocket alone, and opens a tunnel for CONNECT"
                                        + " only from its own app to a dependency that takes one"),
                cause(details("missing_host_header"), "this request names no host: send the header Host"),
                cause(
                        details("path_normalization_failed"),
                        "the path of this request is not valid: send it without %00 and without #"),
                cause(
                        cel("response.code == 408"),
                        "this request did not arrive in time: send all of it without long pauses" + details),
                cause(
                        cel("response.code == 413"),
                        "the body of this request is larger than a proxy can hold: send a smaller one" + details),
                cause(
                        cel("response.code == 431"),
                        "the headers of this request are too large or too many: send at most 60 KiB and 100 of them"
                                + details),
                cause(
                        cel("response.code_details.startsWith('http')"),
                        "this request is not valid HTTP" + details + ": %LOCAL_REPLY_BODY%"));
    }

    private static ResponseMapper cause(AccessLogFilter filter, String text) {
        return ResponseMapper.newBuilder()
                .setFilter(filter)
                .setBodyFormatOverride(format(text))
                .build();
    }

    private List<ResponseMapper> selection() {
        return List.of(
                mapper(
                        cel("response.code_details == 'direct_response' && response.code == "
                                + WireNames.UNKNOWN_DEPLOYMENT),
                        404,
                        "there is no app deployment \"" + deployment + "\" to select: %LOCAL_REPLY_BODY%"
                                + " (virtual environment " + environment + ")"),
                mapper(
                        cel("response.code == 401 && response.code_details.startsWith('jwt_authn')"),
                        401,
                        "virtual environment " + environment
                                + " is selected with a token, and no valid token was sent: %LOCAL_REPLY_BODY%"),
                mapper(
                        cel("response.code == 403 && response.code_details.startsWith('rbac')"),
                        403,
                        "the token is not for virtual environment " + environment));
    }

    /** Of calls to what a component does not declare. */
    private List<ResponseMapper> undeclared() {
        String host = "%REQ(:AUTHORITY)%";
        return List.of(
                mapper(flag("DF"), 503, host + " has no address"),
                mapper(
                        cel("response.code == 403 && response.code_details.startsWith('rbac')"),
                        403,
                        host + " is on this machine or its link, where calls that are not declared may not go"),
                refused(host));
    }

    private ResponseMapper refused(String host) {
        return ResponseMapper.newBuilder()
                .setFilter(cel("response.code_details == 'direct_response' && response.code == 403"))
                .setBodyFormatOverride(
                        format("%LOCAL_REPLY_BODY%: " + host + " (virtual environment " + environment + ")"))
                .build();
    }

    /** At a gateway, Envoy's own answers carry the environment as all others do. */
    private ResponseMapper mapper(AccessLogFilter filter, int status, String text) {
        ResponseMapper.Builder mapper = ResponseMapper.newBuilder()
                .setFilter(filter)
                .setStatusCode(UInt32Value.of(status))
                .setBodyFormatOverride(format(text));
        if (gateway) {
            mapper.addHeadersToAdd(HeaderValueOption.newBuilder()
                    .setHeader(HeaderValue.newBuilder().setKey(header).setValue(environment))
                    .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD));
        }
        return mapper.build();
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

    private AccessLogFilter withEnvironment(boolean there) {
        return AccessLogFilter.newBuilder()
                .setHeaderFilter(HeaderFilter.newBuilder()
                        .setHeader(HeaderMatcher.newBuilder().setName(header).setPresentMatch(there)))
                .build();
    }

    private static AccessLogFilter all(AccessLogFilter... filters) {
        return AccessLogFilter.newBuilder()
                .setAndFilter(AndFilter.newBuilder().addAllFilters(List.of(filters)))
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
