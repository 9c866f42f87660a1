package dev.kitsune.k8s.inject;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionRequest;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponseBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReviewBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the API server, which asks before it creates a pod. Pure. */
public final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final int UNPROCESSABLE = 422;

    private final Injector injector;

    public Admission(Injector injector) {
        this.injector = injector;
    }

    /**
     * Returns the answer to the JSON of an AdmissionReview, as JSON; empty if it is none.
     *
     * @param namespaceEnabled whether the label of the namespace says that its pods have sidecars
     */
    public Optional<String> answer(String review, boolean namespaceEnabled) {
        AdmissionReview asked = read(review);
        return asked == null
                ? Optional.empty()
                : Optional.of(Serialization.asJson(new AdmissionReviewBuilder()
                        .withResponse(answer(asked.getRequest(), namespaceEnabled))
                        .build()));
    }

    /** Anybody can send anything here, and the parsers have exceptions of several libraries for it. */
    private static @Nullable AdmissionReview read(String text) {
        try {
            AdmissionReview review = Serialization.unmarshal(text, AdmissionReview.class);
            return review == null || review.getRequest() == null ? null : review;
        } catch (RuntimeException e) {
            LOG.debug("no AdmissionReview", e);
            return null;
        }
    }

    private AdmissionResponse answer(AdmissionRequest request, boolean namespaceEnabled) {
        AdmissionResponseBuilder response =
                new AdmissionResponseBuilder().withUid(request.getUid()).withAllowed(true);
        if (!(request.getObject() instanceof Pod pod)) {
            return response.build();
        }
        Injection injection = injector.inject(pod, namespaceEnabled);
        if (injection instanceof Injection.RefusedPod refused) {
            return response.withAllowed(false)
                    .withStatus(new StatusBuilder()
                            .withStatus("Failure")
                            .withReason("Invalid")
                            .withCode(UNPROCESSABLE)
                            .withMessage(words(refused))
                            .build())
                    .build();
        }
        if (injection instanceof Injection.Injected injected) {
            String patch = PodPatch.between(pod, injected.pod()).toString();
            response.withPatchType("JSONPatch")
                    .withPatch(Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)))
                    .withWarnings(injected.warnings());
        }
        return response.build();
    }

    private static String words(Injection.RefusedPod refused) {
        return refused.refusals().stream()
                .map(InjectionRefusal::toString)
                .collect(Collectors.joining("; ", "Kitsune cannot give this pod a sidecar: ", ""));
    }
}
