package dev.kitsune.xds.explain;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The explanation of a request's route. Secrets are shown by their positions, never by their values.
 *
 * @param deployment the app deployment that it selects in place of a released one; null for none
 * @param overlay the chain of the virtual environment, the nearest first
 * @param hops the Envoys on its way
 * @param reached the receiver: {@code shop/cart@77aa010}, {@code adapter payments}; null if Kitsune answers by itself
 * @param answer Kitsune's own answer; null if a component or adapter receives the request
 */
public record Explanation(
        RequestView request,
        ContextView context,
        @Nullable Selected deployment,
        List<String> overlay,
        List<HopView> hops,
        @Nullable String reached,
        @Nullable AnswerView answer) {

    /** The explained request. {@code from} is the caller; null for a request from outside. */
    public record RequestView(
            String method, String url, @Nullable String from) {}

    /**
     * The virtual environment.
     *
     * @param virtualEnvironment null for none
     * @param source the source that names it; empty for none
     * @param overruled other sources that name one, with their values
     * @param policy who may select it; null for everyone, or if the request selects none
     */
    public record ContextView(
            @JsonProperty("environment") @JsonSerialize(using = ToStringSerializer.class) @Nullable
            VirtualEnvironmentName virtualEnvironment,

            String source,
            Map<String, String> overruled,
            @Nullable Policy policy) {}

    /** The selection policy of a virtual environment, in words. */
    public record Policy(
            String who, String origin, @Nullable String place) {}

    /**
     * An app deployment.
     *
     * @param source the source that names it
     * @param overruled other sources that name one, with their values
     * @param meaning what selecting it changes, in words
     */
    public record Selected(String name, String source, Map<String, String> overruled, String meaning) {}

    /** Kitsune's own answer. */
    public record AnswerView(int status, String text) {}

    /**
     * One Envoy.
     *
     * @param at the description of the Envoy
     * @param routes the name of its RouteConfiguration; null if no scope was found
     * @param candidates the candidates for the request, in their order
     * @param onward where it sends the request
     * @param added the values that it adds to the request
     * @param copies the copies of the request
     * @param notFollowed the filters that this explanation does not follow
     */
    public record HopView(
            String at,
            @Nullable String routes,
            List<CandidateView> candidates,
            @JsonUnwrapped OnwardView onward,
            @JsonUnwrapped AddedView added,
            List<CopyView> copies,
            List<String> notFollowed) {}

    /**
     * The destination of a request at an Envoy.
     *
     * @param component the selected component version, with its origin
     * @param cluster null if it answers by itself
     * @param endpoints the endpoints, one of which receives the request
     * @param rewritten the forwarded host and path; null if they are unchanged
     */
    public record OnwardView(
            @Nullable Chosen component,
            @Nullable String cluster,
            List<String> endpoints,
            @Nullable String rewritten) {
        static final OnwardView NOWHERE = new OnwardView(null, null, List.of(), null);
    }

    /**
     * The values that an Envoy adds to a request.
     *
     * @param variables the variables for the app
     * @param credentials the credentials for the app or adapter
     */
    public record AddedView(List<VariableView> variables, List<CredentialView> credentials) {
        static final AddedView NOTHING = new AddedView(List.of(), List.of());
    }

    /**
     * Copies of such requests.
     *
     * @param version the component version that receives them
     * @param virtualEnvironment the virtual environment to which they and their further calls belong
     * @param percent the percentage of copied requests
     * @param endpoints the endpoints, one of which receives a copy; empty for none
     * @param credentials the credentials of the copy
     */
    public record CopyView(
            String version,

            @JsonProperty("environment") @JsonSerialize(using = ToStringSerializer.class)
            VirtualEnvironmentName virtualEnvironment,

            int percent,
            List<String> endpoints,
            List<CredentialView> credentials,
            String origin,
            @Nullable String place) {}

    /** A candidate for the request. */
    public record CandidateView(
            boolean taken,
            String rule,
            String leadsTo,
            String why,
            @Nullable String place) {}

    /** A component version, with the field that selects it and the position in the files. */
    public record Chosen(
            String version, String origin, @Nullable String place) {}

    /** A variable as the app gets it. */
    public record VariableView(
            String header,
            String value,
            String origin,
            @Nullable String place) {}

    /** A secret as the app or adapter gets it. {@code secret} is the location of its value. */
    public record CredentialView(
            String header, String secret, @Nullable String place) {}
}
