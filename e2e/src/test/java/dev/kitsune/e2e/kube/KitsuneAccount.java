package dev.kitsune.e2e.kube;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A service account with exactly the rights that Kitsune's chart gives, and with Secrets of one namespace. The account of
 * each such namespace has the namespace's name.
 */
public final class KitsuneAccount {
    private static final Set<String> READING = Set.of("get", "list", "watch");

    private KitsuneAccount() {}

    /** Gives the account of a namespace its rights. */
    static void grant(ApiServer server, String namespace) throws IOException, InterruptedException {
        rendered(server, namespace)
                .forEach(object -> server.client().resource(object).serverSideApply());
    }

    /** Gives it only those of its rights that write nothing. */
    static void grantToRead(ApiServer server, String namespace) throws IOException, InterruptedException {
        for (HasMetadata object : rendered(server, namespace)) {
            if (object instanceof ClusterRole role) {
                role.setRules(reading(role.getRules()));
            }
            if (object instanceof Role role) {
                role.setRules(reading(role.getRules()));
            }
            server.client().resource(object).serverSideApply();
        }
    }

    private static List<PolicyRule> reading(List<PolicyRule> rules) {
        rules.forEach(rule -> rule.getVerbs().retainAll(READING));
        return rules.stream().filter(rule -> !rule.getVerbs().isEmpty()).toList();
    }

    /** Returns what a release of the chart, which has the namespace's name, would create. */
    private static List<HasMetadata> rendered(ApiServer server, String namespace)
            throws IOException, InterruptedException {
        new ServedCluster(server, namespace)
                .apply("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(ServedCluster.SYSTEM));
        Path home = Files.createTempDirectory("kitsune-account-");
        try {
            String objects = new Helm(SharedApiServer.helm(), null, home)
                    .run(
                            "template",
                            namespace,
                            Helm.CHART.toString(),
                            "--namespace",
                            ServedCluster.SYSTEM,
                            "--kube-version",
                            KubernetesPrograms.VERSION,
                            "--set",
                            "namespaces={" + namespace + "}",
                            "--show-only",
                            "templates/service-account.yaml",
                            "--show-only",
                            "templates/cluster-role.yaml",
                            "--show-only",
                            "templates/roles.yaml");
            return server.client()
                    .load(new ByteArrayInputStream(objects.getBytes(StandardCharsets.UTF_8)))
                    .items();
        } finally {
            MoreFiles.deleteRecursively(home, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    /** Takes its rights to read custom resources, pods and Secrets away. */
    static void revoke(ApiServer server, String namespace) {
        server.client().rbac().clusterRoleBindings().withName(namespace).delete();
        revokeSecrets(server, namespace);
    }

    /** Takes its right to read the Secrets of the namespace away. */
    static void revokeSecrets(ApiServer server, String namespace) {
        server.client()
                .rbac()
                .roleBindings()
                .inNamespace(namespace)
                .withName(namespace + "-secrets")
                .delete();
    }

    /** Returns the configuration of its client. */
    static Config config(ApiServer server, String namespace) {
        return config(server, ServedCluster.SYSTEM, namespace);
    }

    /** Returns the configuration of the client of a service account. */
    public static Config config(ApiServer server, String namespace, String account) {
        String token = server.client()
                .serviceAccounts()
                .inNamespace(namespace)
                .withName(account)
                .tokenRequest()
                .getStatus()
                .getToken();
        return new ConfigBuilder(server.config()).withOauthToken(token).build();
    }
}
