package dev.kitsune.e2e.kube;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Asks an API server what somebody may do, for every resource that it knows. */
final class Rights {
    private static final List<String> VERBS =
            List.of("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection");

    private final KubernetesClient client;
    private final String user;
    private final List<String> groups;

    Rights(KubernetesClient client, String user, List<String> groups) {
        this.client = client;
        this.user = user;
        this.groups = groups;
    }

    /** The rights of a service account. */
    static Rights of(KubernetesClient client, String namespace, String account) {
        return new Rights(
                client,
                "system:serviceaccount:" + namespace + ":" + account,
                List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"));
    }

    /**
     * Returns a line for each resource on which anything is allowed, with the verbs.
     *
     * @param places the namespaces by the name that the table gives them
     */
    String table(Map<String, String> places) {
        // Each answer waits for the API server, and there are thousands.
        return resources().parallelStream()
                .map(resource -> line(resource, places))
                .filter(line -> !line.isEmpty())
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private String line(Resource resource, Map<String, String> places) {
        Map<String, String> here = resource.namespaced() ? places : Map.of("cluster", "");
        String allowed = here.entrySet().stream()
                .map(place -> place.getKey() + " " + verbs(resource, place.getValue()))
                .filter(place -> !place.endsWith(" "))
                .collect(Collectors.joining("; "));
        return allowed.isEmpty() ? "" : resource + ": " + allowed;
    }

    /** A resource or subresource of the API. */
    private record Resource(String group, String name, boolean namespaced) {
        @Override
        public String toString() {
            return group.isEmpty() ? name : name + "." + group;
        }
    }

    private List<Resource> resources() {
        List<Resource> all = new ArrayList<>(resources("", "v1"));
        client.getApiGroups()
                .getGroups()
                .forEach(group -> all.addAll(
                        resources(group.getName(), group.getPreferredVersion().getGroupVersion())));
        return all;
    }

    private List<Resource> resources(String group, String groupVersion) {
        return client.getApiResources(groupVersion).getResources().stream()
                .map(resource -> resource(group, resource))
                .toList();
    }

    private static Resource resource(String group, APIResource found) {
        return new Resource(group, found.getName(), found.getNamespaced());
    }

    private String verbs(Resource resource, String namespace) {
        return VERBS.stream().filter(verb -> may(verb, resource, namespace, "")).collect(Collectors.joining(","));
    }

    /** Whether a verb is allowed on one object by its name. */
    boolean may(String verb, String resource, String group, String namespace, String name) {
        return may(verb, new Resource(group, resource, !namespace.isEmpty()), namespace, name);
    }

    private boolean may(String verb, Resource resource, String namespace, String name) {
        String[] parts = resource.name().split("/", 2);
        SubjectAccessReview review = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(user)
                .withGroups(groups)
                .withNewResourceAttributes()
                .withVerb(verb)
                .withGroup(resource.group())
                .withResource(parts[0])
                .withSubresource(parts.length > 1 ? parts[1] : "")
                .withNamespace(namespace)
                .withName(name)
                .endResourceAttributes()
                .endSpec()
                .build();
        return client.authorization()
                .v1()
                .subjectAccessReview()
                .create(review)
                .getStatus()
                .getAllowed();
    }
}
