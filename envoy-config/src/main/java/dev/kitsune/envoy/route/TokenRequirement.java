package dev.kitsune.envoy.route;

import com.google.api.expr.v1alpha1.Constant;
import com.google.api.expr.v1alpha1.Expr;
import com.google.protobuf.Any;
import dev.kitsune.envoy.name.WireNames;
import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC.Action;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.Mutations;
import io.envoyproxy.envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig;
import java.util.List;

/**
 * Makes routes require a valid token whose claim is the request's virtual environment, or a list with it. The condition
 * refers to the request's header, so that virtual environments can share their routes. A request is refused if the
 * condition cannot be evaluated.
 */
final class TokenRequirement {
    private static final String METADATA = "envoy.filters.http.jwt_authn";
    private int lastId;

    private TokenRequirement() {}

    /** The environment's requirement by its name in the listener. */
    static Any token(String environment) {
        return Any.pack(
                PerRouteConfig.newBuilder().setRequirementName(environment).build());
    }

    static Any claim(String claim, String contextHeader) {
        Policy policy = Policy.newBuilder()
                .addPermissions(Permission.newBuilder().setAny(true))
                .addPrincipals(Principal.newBuilder().setAny(true))
                .setCondition(new TokenRequirement().condition(claim, contextHeader))
                .build();
        return AccessPolicy.of(Action.ALLOW, "named-by-the-token", policy);
    }

    /** A caller that reached this route has a token of the virtual environment. */
    static Any debugGranted() {
        return Any.pack(HeaderMutationPerRoute.newBuilder()
                .setMutations(Mutations.newBuilder()
                        .addRequestMutations(HeaderMutation.newBuilder()
                                .setAppend(HeaderValueOption.newBuilder()
                                        .setHeader(HeaderValue.newBuilder()
                                                .setKey(WireNames.DEBUG_HEADER)
                                                .setValue(WireNames.GRANTED))
                                        .setAppendAction(HeaderAppendAction.OVERWRITE_IF_EXISTS))))
                .build());
    }

    /**
     * {@code claim == virtualEnvironment || virtualEnvironment in claim}: one of the two is always an error, which does
     * not matter if the other is true.
     */
    private Expr condition(String claim, String contextHeader) {
        return call(
                "_||_",
                call("_==_", claim(claim), virtualEnvironment(contextHeader)),
                call("@in", virtualEnvironment(contextHeader), claim(claim)));
    }

    private Expr claim(String claim) {
        Expr payload = at(at(field("metadata", "filter_metadata"), METADATA), WireNames.TOKEN_FILTER);
        return at(payload, claim);
    }

    private Expr virtualEnvironment(String contextHeader) {
        return at(field("request", "headers"), contextHeader);
    }

    private Expr field(String of, String name) {
        Expr operand =
                expression().setIdentExpr(Expr.Ident.newBuilder().setName(of)).build();
        return expression()
                .setSelectExpr(Expr.Select.newBuilder().setOperand(operand).setField(name))
                .build();
    }

    private Expr at(Expr map, String key) {
        return call(
                "_[_]",
                map,
                expression()
                        .setConstExpr(Constant.newBuilder().setStringValue(key))
                        .build());
    }

    private Expr call(String function, Expr... arguments) {
        return expression()
                .setCallExpr(Expr.Call.newBuilder().setFunction(function).addAllArgs(List.of(arguments)))
                .build();
    }

    private Expr.Builder expression() {
        return Expr.newBuilder().setId(++lastId);
    }
}
