package dev.kitsune.xds.explain;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a request goes where it goes. Secrets are shown by their positions, never by their values.
 *
 * @param deployment the app deployment that it selects in place of a released one; null for none
 * @param overlay the chain of the virtual environment, the nearest first
 * @param hops the Envoys on its way
 * @param reached what gets it: {@code shop/cart@77aa010}, {@code adapter payments}; null where Kitsune answers itself
 * @param answer what Kitsune answers itself; null where something else gets the request
 */
public record Explanation(
        RequestView request,
        ContextView context,
        @Nullable Selected deployment,
        List<String> overlay,
        List<HopView> hops,
        @Nullable String reached,
        @Nullable AnswerView answer) {

    /** What was asked. {@code from} is the caller; null for a request from outside. */
    public record RequestView(
            String method, String url, @Nullable String from) {}

    /**
     * The virtual environment.
     *
     * @param virtualEnvironment null for none
     * @param source which source named it; empty where none did
     * @param overruled other sources that named one, with what they named
     * @param policy who may select it; null for everyone, and where the request selects none
     */
    public record ContextView(
            @JsonProperty("environment") @Nullable String virtualEnvironment,
            String source,
            Map<String, String> overruled,
            @Nullable Policy policy) {}

    /** Who may select a virtual environment, in words. */
    public record Policy(
            String who, String origin, @Nullable String place) {}

    /**
     * An app deployment.
     *
     * @param source which source named it
     * @param overruled other sources that named one, with what they named
     * @param meaning what selecting it changes, in words
     */
    public record Selected(String name, String source, Map<String, String> overruled, String meaning) {}

    /** An answer of Kitsune's own. */
    public record AnswerView(int status, String text) {}

    /**
     * One Envoy.
     *
     * @param at which one, in words
     * @param routes the name of its RouteConfiguration; null where no scope was found
     * @param candidates what could take the request, in the order in which it is tried
     * @param onward where it sends the request
     * @param added what it puts into the request
     * @param copies of it, which go elsewhere
     * @param notFollowed what this Envoy does beside what this explanation follows
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
     * Where an Envoy sends a request.
     *
     * @param component the component version to which it leads, and what chose it
     * @param cluster null where it answers by itself
     * @param endpoints one of which gets the request
     * @param rewritten host and path as they are sent on; null where they are those that came
     */
    public record OnwardView(
            @Nullable Chosen component,
            @Nullable String cluster,
            List<String> endpoints,
            @Nullable String rewritten) {
        static final OnwardView NOWHERE = new OnwardView(null, null, List.of(), null);
    }

    /**
     * What an Envoy puts into a request.
     *
     * @param variables that the app gets
     * @param credentials that the app or the adapter gets
     */
    public record AddedView(List<VariableView> variables, List<CredentialView> credentials) {
        static final AddedView NOTHING = new AddedView(List.of(), List.of());
    }

    /**
     * Copies of such requests.
     *
     * @param version what gets them
     * @param virtualEnvironment to which they belong, with all that comes of them
     * @param percent of the requests
     * @param endpoints one of which gets a copy; empty where nobody does
     * @param credentials that come with it
     */
    public record CopyView(
            String version,
            @JsonProperty("environment") String virtualEnvironment,
            int percent,
            List<String> endpoints,
            List<CredentialView> credentials,
            String origin,
            @Nullable String place) {}

    /** Something that could take the request. */
    public record CandidateView(
            boolean taken,
            String rule,
            String leadsTo,
            String why,
            @Nullable String place) {}

    /** A version of a component, with the field that chose it and its place in the files. */
    public record Chosen(
            String version, String origin, @Nullable String place) {}

    /** A variable as the app gets it. */
    public record VariableView(
            String header,
            String value,
            String origin,
            @Nullable String place) {}

    /** A secret as the app or adapter gets it. {@code secret} is where its value is kept. */
    public record CredentialView(
            String header, String secret, @Nullable String place) {}
}
