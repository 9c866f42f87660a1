package dev.kitsune.envoy.listener;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.ResponseMapper;
import java.util.List;

/**
 * The answers to requests for which Envoy looks up no route. Most have no context yet, and many have no readable
 * headers.
 */
final class UnusableReplies {
    private static final String DETAILS = " (%RESPONSE_CODE_DETAILS%)";
    private static final String LATE =
            "this request did not arrive in time: send all of it without long pauses" + DETAILS;

    private UnusableReplies() {}

    /**
     * The headers of such a request are incomplete, so nothing is known about it. The control plane is not involved.
     */
    static ResponseMapper unfinished() {
        return cause(ReplyFilter.all(ReplyFilter.flag("SI"), ReplyFilter.hasHeader(":path", false)), LATE);
    }

    static List<ResponseMapper> at(boolean gateway) {
        return List.of(
                cause(
                        ReplyFilter.details("upgrade_failed"),
                        gateway
                                ? "a gateway upgrades a connection only to WebSocket, and opens no tunnel for CONNECT"
                                : "a sidecar upgrades a connection only to WebSocket, and opens a tunnel for CONNECT"
                                        + " only from its own app to a dependency that accepts one"),
                cause(ReplyFilter.details("missing_host_header"), "this request names no host: send the header Host"),
                cause(
                        ReplyFilter.details("path_normalization_failed"),
                        "the path of this request is not valid: send it without %%00 and without #"),
                cause(ReplyFilter.cel("response.code == 408"), LATE),
                cause(
                        ReplyFilter.cel("response.code == 431"),
                        "the headers of this request are too large or too many: send at most 60 KiB and 100 of them"
                                + DETAILS),
                cause(
                        ReplyFilter.cel("response.code_details.startsWith('http')"),
                        "this request is not valid HTTP" + DETAILS + ": %LOCAL_REPLY_BODY%"));
    }

    private static ResponseMapper cause(AccessLogFilter filter, String text) {
        return ResponseMapper.newBuilder()
                .setFilter(filter)
                .setBodyFormatOverride(LocalReply.format(text))
                .build();
    }
}
