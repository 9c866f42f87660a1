package dev.kitsune.k8s.distill;

import dev.kitsune.model.manifest.PodTemplate;
import dev.kitsune.model.snapshot.ComponentVersion;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Objects;

/** Deployments as a cluster has them. */
final class Distilled {
    static final ComponentVersion CART = new ComponentVersion("shop", "cart", "c1");
    static final DeploymentKey KEY = new DeploymentKey("shop", "shop-cart-c1");
    static final PodTemplate TEMPLATE = template("cart:c1");

    private Distilled() {}

    static PodTemplate template(String image) {
        return new PodTemplate("{\"spec\":{\"containers\":[{\"image\":\"" + image
                + "\",\"name\":\"app\",\"ports\":[{\"containerPort\":8080}]}]}}");
    }

    static WantedDeployment wanted(PodTemplate template) {
        return WantedDeployment.of(KEY, CART, template);
    }

    static GenericKubernetesResource resource(String json) {
        return new KubernetesSerialization().unmarshal(json, GenericKubernetesResource.class);
    }

    /** Returns what the API server makes of a Deployment: it adds fields. */
    static DeployedVersion deployed(PodTemplate template) {
        return of(resource(WantedDeployment.json(wanted(template).fields())
                .replace("\"image\":", "\"imagePullPolicy\":\"IfNotPresent\",\"image\":")
                .replace("{\"containerPort\":8080}", "{\"containerPort\":8080,\"protocol\":\"TCP\"}")));
    }

    static DeployedVersion of(GenericKubernetesResource resource) {
        resource.getMetadata().setUid("u1");
        resource.getMetadata().setResourceVersion("7");
        resource.getMetadata().setGeneration(2L);
        return Objects.requireNonNull(DeployedVersion.of(resource));
    }

    static DeployedVersion unusedSince(String text) {
        GenericKubernetesResource resource =
                resource(WantedDeployment.json(wanted(TEMPLATE).fields()));
        resource.getMetadata().getAnnotations().put("kitsune.dev/unused-since", text);
        return of(resource);
    }
}
