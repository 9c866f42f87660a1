package dev.kitsune.envoy.trace;

import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.rbac.matchers.upstream_ip_port.v3.UpstreamIpPortMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Envoy's {@code rbac}.
 *
 * @param claims of the tokens that were checked, by their names
 * @param caller the identity that the caller has shown; empty for none
 */
record AccessRules(RequestHeaders request, Map<String, Map<String, Object>> claims, String caller) {
    private static final String METADATA = "envoy.filters.http.jwt_authn";
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?");

    /** Returns the refusal; empty if the request may pass. */
    Optional<LocalReplies.ReplyReason> refused(RBAC rules) {
        KnownFields.only(rules, Set.of("action", "policies"));
        Optional<String> met = new TreeMap<>(rules.getPoliciesMap())
                .entrySet().stream()
                        .filter(policy -> holds(policy.getValue()))
                        .map(Map.Entry::getKey)
                        .findFirst();
        boolean denies = rules.getAction() == RBAC.Action.DENY;
        return met.isPresent() == denies
                ? Optional.of(new LocalReplies.ReplyReason(
                        403,
                        "RBAC: access denied",
                        "",
                        "rbac_access_denied_matched_policy[" + met.orElse("none") + "]"))
                : Optional.empty();
    }

    /** Whether they depend on the address of a host. */
    static boolean looksAtAddresses(RBAC rules) {
        return rules.getPoliciesMap().values().stream()
                .flatMap(policy -> policy.getPermissionsList().stream())
                .anyMatch(Permission::hasOrRules);
    }

    private boolean holds(Policy policy) {
        KnownFields.only(policy, Set.of("permissions", "principals", "condition"));
        return policy.getPrincipalsList().stream().anyMatch(this::holds)
                && policy.getPermissionsList().stream().anyMatch(this::holds)
                && (!policy.hasCondition() || condition().holds(policy.getCondition()));
    }

    private boolean holds(Principal principal) {
        if (!principal.hasAuthenticated()) {
            return principal.getAny();
        }
        StringMatcher name = principal.getAuthenticated().getPrincipalName();
        return !caller.isEmpty() && StringMatch.holds(name, caller);
    }

    private boolean holds(Permission permission) {
        return switch (permission.getRuleCase()) {
            case ANY -> permission.getAny();
            case OR_RULES -> permission.getOrRules().getRulesList().stream().anyMatch(this::holds);
            case MATCHER -> {
                CidrRange range = FilterConfigs.unpack(
                                permission.getMatcher().getTypedConfig(), UpstreamIpPortMatcher.class)
                        .getUpstreamIp();
                yield address()
                        .filter(address -> CidrMatching.isIn(range, address))
                        .isPresent();
            }
            default -> throw KnownFields.unknown("a permission by " + permission.getRuleCase());
        };
    }

    private PolicyCondition condition() {
        Map<String, Object> headers = new TreeMap<>();
        request.lines().forEach(line -> headers.put(line.name(), line.value()));
        return new PolicyCondition(Map.of(
                "metadata",
                Map.of("filter_metadata", Map.of(METADATA, claims)),
                "request",
                Map.of("headers", headers)));
    }

    /** Returns the address of the request's host; empty for a name that only Envoy resolves. */
    Optional<byte[]> address() {
        String host = HostMatching.withoutPort(request.authority());
        return host.equals("localhost")
                ? Optional.of(CidrMatching.bytes("127.0.0.1"))
                : ADDRESS.matcher(host).matches() ? Optional.of(CidrMatching.bytes(host)) : Optional.empty();
    }
}
