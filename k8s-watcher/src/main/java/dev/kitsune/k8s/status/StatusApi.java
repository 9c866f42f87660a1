package dev.kitsune.k8s.status;

import dev.kitsune.k8s.watch.CustomResources;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;

/** Writes to the API server. */
final class StatusApi implements StatusSink {
    private static final String MANAGER = "kitsune-status";

    /** Where Events about objects without a namespace belong. */
    private static final String DEFAULT = "default";

    private final KubernetesClient client;
    private final InstantSource clock;

    StatusApi(KubernetesClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    /** A field manager of its own leaves the fields of other writers alone, such as {@code status.release}. */
    @Override
    public GenericKubernetesResource write(SeenObject object, Map<String, Object> status) {
        ObjectKey key = object.key();
        String namespace = key.namespace().isEmpty() ? null : key.namespace();
        GenericKubernetesResource patch = new GenericKubernetesResource();
        patch.setApiVersion(Kind.API_VERSION);
        patch.setKind(key.kind().name());
        patch.setMetadata(new ObjectMetaBuilder()
                .withName(key.name())
                .withNamespace(namespace)
                .withUid(object.uid())
                .withResourceVersion(Long.toString(object.revision()))
                .build());
        patch.setAdditionalProperty("status", status);
        PatchContext apply = new PatchContext();
        apply.setPatchType(PatchType.SERVER_SIDE_APPLY);
        apply.setFieldManager(MANAGER);
        apply.setForce(true);
        return Objects.requireNonNull(CustomResources.of(key.kind(), client)
                .resource(patch)
                .subresource("status")
                .patch(apply, client.getKubernetesSerialization().asJson(patch)));
    }

    @Override
    public void tell(StatusEvent event) {
        ObjectKey key = event.object();
        String namespace = key.namespace().isEmpty() ? DEFAULT : key.namespace();
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        client.v1()
                .events()
                .inNamespace(namespace)
                .resource(new EventBuilder()
                        .withNewMetadata()
                        .withGenerateName(key.name() + ".")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewInvolvedObject()
                        .withApiVersion(Kind.API_VERSION)
                        .withKind(key.kind().name())
                        .withNamespace(key.namespace().isEmpty() ? null : key.namespace())
                        .withName(key.name())
                        .withUid(event.uid())
                        .endInvolvedObject()
                        .withType(event.good() ? "Normal" : "Warning")
                        .withReason(event.reason())
                        .withMessage(StatusText.shortened(event.message(), StatusText.OF_AN_EVENT))
                        .withNewSource()
                        .withComponent("kitsune")
                        .endSource()
                        .withFirstTimestamp(now)
                        .withLastTimestamp(now)
                        .withCount(1)
                        .build())
                .create();
    }
}
