package dev.kitsune.e2e.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.util.List;

/** A service account with the rights to read that Kitsune's chart gives, and with Secrets of one namespace. */
final class KitsuneAccount {
    private static final List<String> OBJECTS = List.of("""
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: kitsune, namespace: SHOP}
            """, """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: reader-SHOP}
            rules:
            - {apiGroups: [kitsune.dev], resources: ["*"], verbs: [get, list, watch]}
            - {apiGroups: [""], resources: [pods, namespaces], verbs: [get, list, watch]}
            - {apiGroups: [apiextensions.k8s.io], resources: [customresourcedefinitions], verbs: [get, watch]}
            """, """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: reader-SHOP}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader-SHOP}
            subjects: [{kind: ServiceAccount, name: kitsune, namespace: SHOP}]
            """, """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: secrets, namespace: SHOP}
            rules: [{apiGroups: [""], resources: [secrets], verbs: [get, list, watch]}]
            """, """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: secrets, namespace: SHOP}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: secrets}
            subjects: [{kind: ServiceAccount, name: kitsune, namespace: SHOP}]
            """);

    private static final List<String> DECIDING = List.of("""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: decider-SHOP}
            rules:
            - apiGroups: [kitsune.dev]
              resources: [platforms/status, environments/status, virtualenvironments/status, appdeployments/status, adapters/status]
              verbs: [update, patch]
            - {apiGroups: ["", events.k8s.io], resources: [events], verbs: [create, patch]}
            - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, create, update]}
            """, """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: decider-SHOP}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: decider-SHOP}
            subjects: [{kind: ServiceAccount, name: kitsune, namespace: SHOP}]
            """);

    private KitsuneAccount() {}

    /** Gives the account its rights to read. */
    static void grant(ApiServer server, String namespace) {
        apply(server, namespace, OBJECTS);
    }

    /** Gives the account the rights to decide and to write statuses, too. */
    static void grantToDecide(ApiServer server, String namespace) {
        apply(server, namespace, DECIDING);
    }

    private static void apply(ApiServer server, String namespace, List<String> objects) {
        objects.forEach(yaml ->
                server.client().resource(yaml.replace("SHOP", namespace)).serverSideApply());
    }

    /** Takes its rights to read custom resources, pods and Secrets away. */
    static void revoke(ApiServer server, String namespace) {
        server.client()
                .rbac()
                .clusterRoleBindings()
                .withName("reader-" + namespace)
                .delete();
        server.client()
                .rbac()
                .roleBindings()
                .inNamespace(namespace)
                .withName("secrets")
                .delete();
    }

    /** Returns the configuration of its client. */
    static Config config(ApiServer server, String namespace) {
        String token = server.client()
                .serviceAccounts()
                .inNamespace(namespace)
                .withName("kitsune")
                .tokenRequest()
                .getStatus()
                .getToken();
        return new ConfigBuilder(server.config()).withOauthToken(token).build();
    }
}
