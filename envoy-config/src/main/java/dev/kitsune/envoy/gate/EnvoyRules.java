package dev.kitsune.envoy.gate;

import com.google.protobuf.Message;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.kitsune.envoy.name.WireNames;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Constraints that Envoy checks in its code and that its protos do not state. */
final class EnvoyRules {
    private static final int LONGEST_PROTOCOL = 255;
    private static final int LONGEST_PROTOCOLS = 65_535;
    private static final int LONGEST_ANSWER = 4_096;

    private EnvoyRules() {}

    static List<MessageRules.FieldFault> faults(Message message) {
        List<MessageRules.FieldFault> faults = new ArrayList<>(0);
        if (message instanceof CommonTlsContext tls) {
            protocols(tls.getAlpnProtocolsList(), faults);
        } else if (message instanceof RegexMatcher matcher) {
            expression(matcher.getRegex(), faults);
        } else if (message instanceof HeaderValueOption header) {
            header(header.getHeader().getKey(), faults);
            format("header.value", header.getHeader().getValue(), faults);
        } else if (message instanceof SubstitutionFormatString text) {
            format("text_format_source", text.getTextFormatSource().getInlineString(), faults);
        } else if (message instanceof OpenTelemetryAccessLogConfig log) {
            format("body", log.getBody().getStringValue(), faults);
        } else if (message instanceof RouteConfiguration routes) {
            hosts(routes, faults);
        } else if (message instanceof Route route) {
            int bytes = route.getDirectResponse().getBody().getInlineString().getBytes(StandardCharsets.UTF_8).length;
            if (bytes > LONGEST_ANSWER) {
                add("direct_response.body", "at most " + LONGEST_ANSWER + " bytes, not " + bytes, faults);
            }
        }
        return faults;
    }

    /** An empty protocol ends Envoy's process at the first connection. */
    private static void protocols(List<String> protocols, List<MessageRules.FieldFault> faults) {
        int sum = 0;
        for (String protocol : protocols) {
            int bytes = protocol.getBytes(StandardCharsets.UTF_8).length;
            sum += 1 + bytes;
            if (bytes == 0 || bytes > LONGEST_PROTOCOL || protocol.indexOf(',') >= 0) {
                add("alpn_protocols", "protocols of 1 to " + LONGEST_PROTOCOL + " bytes without a comma", faults);
            }
        }
        if (sum > LONGEST_PROTOCOLS) {
            add("alpn_protocols", "at most " + LONGEST_PROTOCOLS + " bytes together", faults);
        }
    }

    private static void expression(String regex, List<MessageRules.FieldFault> faults) {
        try {
            if (Pattern.compile(regex).programSize() > WireNames.LARGEST_REGEX_PROGRAM) {
                add("regex", "a regular expression of at most " + WireNames.LARGEST_REGEX_PROGRAM + " steps", faults);
            }
        } catch (PatternSyntaxException e) {
            add("regex", "a regular expression of RE2", faults);
        }
    }

    private static void header(String name, List<MessageRules.FieldFault> faults) {
        if (name.startsWith(":") || name.toLowerCase(Locale.ROOT).equals("host")) {
            add("header.key", "a header that is neither Host nor begins with \":\"", faults);
        }
    }

    private static void format(String field, String format, List<MessageRules.FieldFault> faults) {
        if (!FormatRule.isRight(format)) {
            add(field, FormatRule.EXPECTED, faults);
        }
    }

    private static void hosts(RouteConfiguration routes, List<MessageRules.FieldFault> faults) {
        Set<String> names = new HashSet<>();
        Set<String> domains = new HashSet<>();
        for (VirtualHost host : routes.getVirtualHostsList()) {
            if (!names.add(host.getName())) {
                add("virtual_hosts", "no name of a virtual host twice", faults);
            }
            for (String domain : host.getDomainsList()) {
                if (!domains.add(domain.toLowerCase(Locale.ROOT))) {
                    add("virtual_hosts", "no domain twice", faults);
                }
            }
        }
    }

    private static void add(String field, String expected, List<MessageRules.FieldFault> faults) {
        faults.add(new MessageRules.FieldFault(field, expected));
    }
}
