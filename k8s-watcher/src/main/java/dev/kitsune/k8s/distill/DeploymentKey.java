package dev.kitsune.k8s.distill;

/** The namespace and the name of a Deployment. */
public record DeploymentKey(String namespace, String name) {
    @Override
    public String toString() {
        return "Deployment/" + namespace + "/" + name;
    }
}
