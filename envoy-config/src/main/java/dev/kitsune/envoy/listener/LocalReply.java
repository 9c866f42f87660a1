package dev.kitsune.envoy.listener;

import com.google.protobuf.UInt32Value;
import dev.kitsune.envoy.Origins;
import dev.kitsune.envoy.name.WireNames;
import dev.kitsune.model.manifest.Platform.Context;
import dev.kitsune.model.snapshot.ComponentName;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.LocalReplyConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The answers that Envoy gives by itself. They state the cause, and the virtual environment if there is one. */
final class LocalReply {
    private static final String TO_ADAPTER = "xds.cluster_name.startsWith('adapter')";

    /** Envoy answers with a 507 if a body exceeds the buffer for another attempt while no attempt is in progress. */
    private static final String UNREPEATABLE = "response.code_details == 'request_payload_exceeded_retry_buffer_limit'";

    private final String header;
    private final String deployment;
    private final boolean gateway;
    private final String virtualEnvironment;
    private final String target;
    private final String address;

    private LocalReply(String header, String deploymentHeader, boolean gateway) {
        this.header = header;
        this.deployment = "%REQ(" + deploymentHeader + ")%";
        this.gateway = gateway;
        this.virtualEnvironment = gateway ? "%REQ(" + header + ")%" : settled(header);
        this.target = ofRoute(Origins.TARGET);
        this.address = ofRoute(Origins.ADDRESS);
    }

    static LocalReplyConfig atGateway(Context context) {
        return new LocalReply(context.header(), context.deploymentHeader(), true).config();
    }

    static LocalReplyConfig atSidecar(String contextHeader) {
        return new LocalReply(contextHeader, "", false).config();
    }

    /**
     * A call that leaves the mesh has no header any more. Either its routes belong to one virtual environment alone, or
     * a filter has copied the name to the metadata.
     */
    private static String settled(String header) {
        String path = Origins.NAMESPACE + ":" + Origins.VIRTUAL_ENVIRONMENT;
        return firstOf(
                new Operator("REQ", header),
                new Operator("METADATA", "ROUTE:" + path),
                new Operator("METADATA", "VIRTUAL_HOST:" + path),
                new Operator("DYNAMIC_METADATA", path));
    }

    /** At a sidecar, routes that have the same metadata leave it to their virtual host. */
    private String ofRoute(String field) {
        String path = ":" + Origins.NAMESPACE + ":" + field;
        return gateway
                ? "%METADATA(ROUTE" + path + ")%"
                : firstOf(new Operator("METADATA", "ROUTE" + path), new Operator("METADATA", "VIRTUAL_HOST" + path));
    }

    /** A command of a format string, with its parameter. */
    private record Operator(String command, String param) {
        String json() {
            return "{\"command\":\"" + command + "\",\"param\":\"" + param + "\"}";
        }
    }

    /** Returns a command with the first value that exists. */
    private static String firstOf(Operator... operators) {
        return "%COALESCE({\"operators\":["
                + Arrays.stream(operators).map(Operator::json).collect(Collectors.joining(","))
                + "]})%";
    }

    private LocalReplyConfig config() {
        return LocalReplyConfig.newBuilder()
                // The routes of every RouteConfiguration match every request, so "no route" means that no scope was
                // found.
                .addMappers(mapper(
                        ReplyFilter.flag("NR"), 404, "there is no virtual environment \"" + virtualEnvironment + "\""))
                .addMappers(UnusableReplies.unfinished())
                .addMappers(mapper(
                        ReplyFilter.all(ReplyFilter.flag("SI"), ReplyFilter.hasHeader(header, false)),
                        504,
                        "no answer in time: the routes of requests without a virtual environment could not be loaded"
                                + " because the control plane is away"))
                .addMappers(mapper(
                        ReplyFilter.flag("SI"),
                        504,
                        "no answer in time in virtual environment " + virtualEnvironment
                                + ": it could not be loaded because the control plane is away"))
                .addMappers(mapper(
                        ReplyFilter.details("upstream_per_try_idle_timeout"),
                        504,
                        target + " was silent for too long in virtual environment " + virtualEnvironment))
                .addMappers(mapper(
                        ReplyFilter.flag("NC"),
                        503,
                        target + " cannot be reached in virtual environment " + virtualEnvironment
                                + ": its cluster could not be loaded because the control plane is away"))
                .addAllMappers(gateway ? List.of() : unresolved())
                .addMappers(mapper(
                        ReplyFilter.flag("UH"),
                        503,
                        "no workload serves " + target + " in virtual environment " + virtualEnvironment))
                .addMappers(mapper(
                        ReplyFilter.details("failed_to_inject_credential"),
                        503,
                        "a credential for " + target + " is missing in virtual environment " + virtualEnvironment))
                .addAllMappers(gateway ? selection() : outside())
                .addMappers(unrepeatable(target, UNREPEATABLE))
                // The normaliser's own answers are already complete.
                .addMappers(ResponseMapper.newBuilder()
                        .setFilter(ReplyFilter.details("lua_response"))
                        .setBodyFormatOverride(format("%LOCAL_REPLY_BODY%")))
                .addAllMappers(UnusableReplies.at(gateway))
                .addMappers(ResponseMapper.newBuilder()
                        .setFilter(ReplyFilter.hasHeader(header, true))
                        .setBodyFormatOverride(
                                format("%LOCAL_REPLY_BODY% (virtual environment " + virtualEnvironment + ")")))
                .setBodyFormat(format("%LOCAL_REPLY_BODY%"))
                .build();
    }

    /** The answer to a proxy that may not call a component. */
    static ResponseMapper refusedPeer(ComponentName callee) {
        return ResponseMapper.newBuilder()
                .setFilter(ReplyFilter.cel("response.code == 403 && response.code_details.startsWith('rbac')"))
                .setStatusCode(UInt32Value.of(403))
                .setBodyFormatOverride(format("%DOWNSTREAM_PEER_URI_SAN% may not call " + callee
                        + ": declare it as a dependency in an app deployment of the caller, or lead a rule from the"
                        + " gateway to it"))
                .build();
    }

    private List<ResponseMapper> selection() {
        return List.of(
                mapper(
                        ReplyFilter.cel("response.code_details == 'direct_response' && response.code == "
                                + WireNames.UNKNOWN_DEPLOYMENT),
                        404,
                        "there is no app deployment \"" + deployment + "\" to select: %LOCAL_REPLY_BODY%"
                                + " (virtual environment " + virtualEnvironment + ")"),
                mapper(
                        ReplyFilter.cel("response.code == 401 && response.code_details.startsWith('jwt_authn')"),
                        401,
                        "virtual environment " + virtualEnvironment
                                + " is selected with a token, and no valid token was sent: %LOCAL_REPLY_BODY%"),
                mapper(
                        ReplyFilter.cel("response.code == 403 && response.code_details.startsWith('rbac')"),
                        403,
                        "the token is not for virtual environment " + virtualEnvironment));
    }

    private List<ResponseMapper> unresolved() {
        return List.of(mapper(
                ReplyFilter.cel("response.code_details == 'no_healthy_upstream' && " + TO_ADAPTER),
                503,
                "adapter " + target + " cannot be reached in virtual environment " + virtualEnvironment
                        + ": no address is known for " + address));
    }

    /** The answers for failed calls that leave the mesh, with the target and the cause. */
    private List<ResponseMapper> failed(String callee, String condition) {
        return List.of(
                unrepeatable(callee, UNREPEATABLE + " && " + condition),
                mapper(
                        ReplyFilter.cel(
                                "response.code == 503 && upstream.transport_failure_reason != '' && " + condition),
                        503,
                        callee + " cannot be reached in virtual environment " + virtualEnvironment
                                + ": %UPSTREAM_TRANSPORT_FAILURE_REASON%"),
                ResponseMapper.newBuilder()
                        .setFilter(ReplyFilter.cel("response.code_details != 'direct_response' && " + condition))
                        .setBodyFormatOverride(format(
                                callee + ": %LOCAL_REPLY_BODY% (virtual environment " + virtualEnvironment + ")"))
                        .build());
    }

    private ResponseMapper unrepeatable(String callee, String condition) {
        return mapper(
                ReplyFilter.cel(condition),
                503,
                callee + " did not accept this request in virtual environment " + virtualEnvironment
                        + ", and its body is too large for another attempt");
    }

    /** The answers for calls to targets outside the mesh, and to undeclared dependencies. */
    private List<ResponseMapper> outside() {
        String host = "%REQ(:AUTHORITY)%";
        List<ResponseMapper> mappers = new ArrayList<>(undeclared(host));
        mappers.addAll(failed("adapter " + target + " at " + address, TO_ADAPTER));
        mappers.addAll(failed(host, "xds.cluster_name == 'egress'"));
        return mappers;
    }

    private List<ResponseMapper> undeclared(String host) {
        return List.of(
                mapper(ReplyFilter.flag("DF"), 503, host + " has no address"),
                mapper(
                        ReplyFilter.cel("response.code == 403 && response.code_details.startsWith('rbac')"),
                        403,
                        host + " is on this machine or its link, which undeclared calls may not reach"),
                refused(host));
    }

    private ResponseMapper refused(String host) {
        return ResponseMapper.newBuilder()
                .setFilter(ReplyFilter.cel("response.code_details == 'direct_response' && response.code == 403"))
                .setBodyFormatOverride(
                        format("%LOCAL_REPLY_BODY%: " + host + " (virtual environment " + virtualEnvironment + ")"))
                .build();
    }

    /** At a gateway, Envoy's own answers carry the virtual environment like all others. */
    private ResponseMapper mapper(AccessLogFilter filter, int status, String text) {
        ResponseMapper.Builder mapper = ResponseMapper.newBuilder()
                .setFilter(filter)
                .setStatusCode(UInt32Value.of(status))
                .setBodyFormatOverride(format(text));
        if (gateway) {
            mapper.addHeadersToAdd(HeaderValueOption.newBuilder()
                    .setHeader(HeaderValue.newBuilder().setKey(header).setValue(virtualEnvironment))
                    .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD));
        }
        return mapper.build();
    }

    static SubstitutionFormatString format(String text) {
        return SubstitutionFormatString.newBuilder()
                .setTextFormatSource(DataSource.newBuilder().setInlineString(text))
                .build();
    }
}
