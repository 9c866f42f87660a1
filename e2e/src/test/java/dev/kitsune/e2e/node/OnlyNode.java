package dev.kitsune.e2e.node;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;

/** The scheduler of a cluster with one node: it gives every pod to it, as soon as nothing holds the pod back. */
final class OnlyNode implements AutoCloseable {
    private final KubernetesClient client;
    private final String node;
    private final SharedIndexInformer<Pod> informer;

    OnlyNode(KubernetesClient client, String node) {
        this.client = client;
        this.node = node;
        this.informer = client.pods().inAnyNamespace().inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Pod pod) {
                bind(pod);
            }

            @Override
            public void onUpdate(Pod before, Pod now) {
                bind(now);
            }

            @Override
            public void onDelete(Pod pod, boolean unknown) {
                // It needs no node any more.
            }
        });
    }

    private void bind(Pod pod) {
        if (pod.getSpec().getNodeName() != null
                || !pod.getSpec().getSchedulingGates().isEmpty()
                || pod.getMetadata().getDeletionTimestamp() != null) {
            return;
        }
        try {
            client.bindings()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .resource(new BindingBuilder()
                            .withNewMetadata()
                            .withName(pod.getMetadata().getName())
                            .endMetadata()
                            .withNewTarget()
                            .withApiVersion("v1")
                            .withKind("Node")
                            .withName(node)
                            .endTarget()
                            .build())
                    .create();
        } catch (KubernetesClientException e) {
            // An update may tell of the pod again before the binding is seen, or the pod may be gone.
            if (e.getCode() != 409 && e.getCode() != 404) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        informer.close();
    }
}
