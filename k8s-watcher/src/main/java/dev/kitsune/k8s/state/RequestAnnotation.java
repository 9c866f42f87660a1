package dev.kitsune.k8s.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.model.stored.StoredJson;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The request of a command, as an annotation of the virtual environment. It is processed when its id stands in
 * {@code status.release.request}. Kitsune never removes it, and the next request replaces it.
 */
public final class RequestAnnotation {
    public static final String NAME = Kind.GROUP + "/request";

    /** During an update a newer command may say more, but to ignore a part of a wish could release something else. */
    private static final ObjectMapper MAPPER = StoredJson.mapper();

    private static final String EXPECTED = "expected {\"id\": \"...\", \"release\": {\"apps\": {\"shop\":"
            + " {\"appDeployment\": \"shop-main\"}}}} or {\"id\": \"...\", \"rollback\": {\"to\": 3}}";

    private RequestAnnotation() {}

    /** The JSON. It has exactly one of {@code release} and {@code rollback}. */
    private record RequestForm(
            @Nullable String id,
            @Nullable Release release,
            @Nullable BackForm rollback) {}

    /** {@code to}: the id of the release; null for the one before */
    private record BackForm(@Nullable Integer to) {}

    /**
     * What an annotation asks for.
     *
     * @param request null if there is no annotation, or if it cannot be understood
     * @param trouble why it cannot be understood; null if it can
     */
    record AnnotatedRequest(
            @Nullable ReleaseRequest request, @Nullable String trouble) {
        static final AnnotatedRequest NOTHING = new AnnotatedRequest(null, null);
    }

    /** Returns the text of the annotation for a request. */
    public static String text(ReleaseRequest request) {
        try {
            return MAPPER.writeValueAsString(
                    request instanceof ReleaseRequest.Start start
                            ? new RequestForm(start.id(), start.wanted(), null)
                            : new RequestForm(request.id(), null, new BackForm(((ReleaseRequest.Back) request).to())));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static AnnotatedRequest read(VirtualEnvironmentName name, @Nullable String text) {
        if (text == null) {
            return AnnotatedRequest.NOTHING;
        }
        RequestForm form;
        try {
            form = MAPPER.readValue(text, RequestForm.class);
        } catch (JsonProcessingException e) {
            return bad("it is not in the form of a request");
        }
        if (form == null || form.id() == null || form.id().isBlank()) {
            return bad("it has no id");
        }
        if ((form.release() == null) == (form.rollback() == null)) {
            return bad("it needs either release or rollback");
        }
        if (form.rollback() != null) {
            return new AnnotatedRequest(
                    new ReleaseRequest.Back(form.id(), name, form.rollback().to()), null);
        }
        Release release = form.release();
        return release == null || release.apps().values().stream().anyMatch(app -> app.appDeployment() == null)
                ? bad("each app needs its appDeployment")
                : new AnnotatedRequest(new ReleaseRequest.Start(form.id(), name, release), null);
    }

    private static AnnotatedRequest bad(String why) {
        return new AnnotatedRequest(
                null,
                "annotation " + NAME + " is ignored: " + why + "; " + EXPECTED
                        + ": write it with `kubectl kitsune release` or `kubectl kitsune rollback`");
    }
}
