package dev.kitsune.k8s.identity;

import dev.kitsune.k8s.identity.ReviewedToken.OfPod;
import dev.kitsune.k8s.identity.ReviewedToken.Wrong;
import dev.kitsune.k8s.watch.AnswerTime;
import dev.kitsune.k8s.watch.ApiConnection;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks by TokenReview. */
final class ClusterTokenApi implements TokenApi {
    private static final Pattern SERVICE_ACCOUNT = Pattern.compile("system:serviceaccount:([^:]+):([^:]+)");

    private final ApiConnection connection;
    private final KubernetesClient client;

    /** {@code connection}: is closed with this */
    ClusterTokenApi(ApiConnection connection) {
        this.connection = connection;
        this.client = connection.client(AnswerTime.OBJECT);
    }

    @Override
    public ReviewedToken review(String token) {
        TokenReview answer = client.tokenReviews()
                .create(new TokenReviewBuilder()
                        .withNewSpec()
                        .withToken(token)
                        .withAudiences(PodTokens.AUDIENCE)
                        .endSpec()
                        .build());
        return read(answer == null ? null : answer.getStatus());
    }

    @Override
    public void close() {
        connection.close();
    }

    /** The words of the API server may quote the token, so they are not repeated. */
    static ReviewedToken read(@Nullable TokenReviewStatus status) {
        if (status == null || !Boolean.TRUE.equals(status.getAuthenticated()) || status.getUser() == null) {
            return new Wrong("the API server does not know this token, or it is over, or its pod was deleted");
        }
        // An API server that knows no audiences answers none.
        if (!status.getAudiences().contains(PodTokens.AUDIENCE)) {
            return new Wrong(PodTokens.OTHER_AUDIENCE);
        }
        Matcher user = SERVICE_ACCOUNT.matcher(String.valueOf(status.getUser().getUsername()));
        String name = extra(status, "authentication.kubernetes.io/pod-name");
        String uid = extra(status, "authentication.kubernetes.io/pod-uid");
        return user.matches() && name != null && uid != null
                ? new OfPod(user.group(1), name, uid, user.group(2))
                : new Wrong(PodTokens.NO_POD);
    }

    private static @Nullable String extra(TokenReviewStatus status, String name) {
        List<String> values = status.getUser().getExtra() == null
                ? null
                : status.getUser().getExtra().get(name);
        return values == null || values.size() != 1 || values.get(0).isEmpty() ? null : values.get(0);
    }
}
