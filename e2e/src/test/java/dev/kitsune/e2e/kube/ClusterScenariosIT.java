package dev.kitsune.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.kitsune.e2e.app.Credential;
import dev.kitsune.e2e.app.PaymentApi;
import dev.kitsune.e2e.behaviour.Leaks;
import dev.kitsune.e2e.envoy.EnvoyProcess;
import dev.kitsune.e2e.envoy.LoopbackPorts;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.xds.ServeProcess;
import dev.kitsune.e2e.xds.XdsRelay;
import dev.kitsune.k8s.crd.CustomResourceDefinitions;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.xds.ControlPlane;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What users do to the objects of a cluster, and what real Envoys then do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterScenariosIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String MAIN = "{environment: dev, release: {apps: {shop: {appDeployment: shop-1}}}}";

    @TempDir
    private static Path folder;

    private final Opened opened = new Opened();
    private ApiServer server;
    private ServedCluster cluster;
    private LoopbackPorts ports;

    @BeforeAll
    void startServer() throws Exception {
        server = ServedCluster.startServer(folder);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() throws InterruptedException {
        server.installDefinitions();
        ports = opened.add(new LoopbackPorts());
        cluster = ServedCluster.on(server);
    }

    @AfterEach
    void close() throws Exception {
        opened.close();
        cluster.clear();
        for (Kind kind : List.of(Kind.Platform, Kind.Environment)) {
            server.client()
                    .genericKubernetesResources(Kind.API_VERSION, kind.name())
                    .delete();
        }
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(PATIENCE).ignoreExceptions().until(condition);
    }

    private static void eventuallyHolds(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(assertion);
    }

    private long served(ControlPlane replica) {
        return Objects.requireNonNull(replica.state().snapshot()).virtualEnvironments().values().stream()
                .filter(one -> one.key().namespace().equals(cluster.shop()))
                .count();
    }

    @Test
    void ofTwoHundredObjectsTheUndecodableOnesSayWhyAndTheOthersAreServed() throws Exception {
        for (int i = 0; i < 198; i++) {
            cluster.virtualEnvironment("ve-" + i, "{environment: dev}");
        }
        cluster.virtualEnvironment("bad-name", "{environment: dev, data: {variables: {\"not a name\": x}}}");
        server.client()
                .resource(withoutSchema("virtualenvironments.kitsune.dev"))
                .serverSideApply();
        eventually(() -> {
            cluster.virtualEnvironment("bad-shape", "[only, words]");
            return true;
        });

        ControlPlane one = opened.add(cluster.replica("one"));

        eventuallyHolds(() -> assertThat(served(one)).isEqualTo(198));
        eventuallyHolds(() -> {
            assertThat(cluster.condition("bad-name", "Accepted", "reason")).isEqualTo("Invalid");
            assertThat(String.valueOf(cluster.condition("bad-name", "Accepted", "message")))
                    .contains("not a name");
            assertThat(cluster.condition("bad-shape", "Accepted", "reason")).isEqualTo("Invalid");
            assertThat(String.valueOf(cluster.condition("bad-shape", "Accepted", "message")))
                    .contains("spec");
            assertThat(cluster.condition("ve-197", "Accepted", "status")).isEqualTo("True");
        });

        // One that was good keeps what it had.
        cluster.virtualEnvironment("ve-7", "{environment: dev, expiresAfter: soon}");
        eventuallyHolds(() -> {
            assertThat(cluster.condition("ve-7", "Accepted", "reason")).isEqualTo("Invalid");
            assertThat(cluster.status("ve-7", "lastGood", "generation")).isEqualTo(1);
        });
        cluster.virtualEnvironment("next", "{environment: dev}");
        eventuallyHolds(() -> assertThat(served(one)).isEqualTo(199));
    }

    /** Returns a definition that takes every spec. */
    private static CustomResourceDefinition withoutSchema(String name) {
        CustomResourceDefinition definition = CustomResourceDefinitions.all().stream()
                .filter(one -> one.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow();
        JSONSchemaProps anything = new JSONSchemaPropsBuilder()
                .withXKubernetesPreserveUnknownFields(true)
                .build();
        return new CustomResourceDefinitionBuilder(definition)
                .editSpec()
                .editFirstVersion()
                .editSchema()
                .editOpenAPIV3Schema()
                .withXKubernetesValidations(List.of())
                .addToProperties("spec", anything)
                .endOpenAPIV3Schema()
                .endSchema()
                .endVersion()
                .endSpec()
                .build();
    }

    private void secret(String namespace, String name, String value) {
        server.client().resource("""
                        apiVersion: v1
                        kind: Secret
                        metadata: {name: %s, namespace: %s}
                        stringData: {token: '%s'}
                        """.formatted(name, namespace, value)).serverSideApply();
    }

    @Test
    void aSecretOfAForeignNamespaceIsNeverDelivered() throws Exception {
        String foreign = "f0reign\"%+q7Xk9ZtLw2RbVm4";
        String other = server.newNamespace("other");
        secret(other, "bank", foreign);
        secret(cluster.shop(), "own", "0wnKey5vBn3Mq8Wz");
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: shop-1, namespace: SHOP}
                spec:
                  app: shop
                  components:
                    front:
                      version: f1
                      routes: [{rule: "Host(`shop.localhost`)"}]
                      secrets: {bank: {required: true}}
                """);
        cluster.virtualEnvironment("main", """
                {environment: dev, release: {apps: {shop: {appDeployment: shop-1}}},
                    data: {secrets: {bank: {secretRef: {name: own, key: token}}}}}""");
        KitsuneAccount.grant(server, cluster.shop());
        ServeProcess serve =
                opened.add(cluster.process("one", KitsuneAccount.config(server, cluster.shop()), ports, folder));
        FakeKubelet kubelet = opened.add(new FakeKubelet(server, cluster.shop(), serve.xdsPort(), folder));
        cluster.pod("front-1", "f1");
        ClusterGateway gateway = opened.add(ClusterGateway.start(server, serve.xdsPort(), ports, folder));
        gateway.awaitVersion("main", "f1", PATIENCE);

        cluster.virtualEnvironment(
                "fix", "{parent: main, data: {secrets: {bank: {secretRef: {name: bank, key: token}}}}}");
        ServedCluster there = new ServedCluster(server, other);
        there.virtualEnvironment(
                "theirs", "{environment: dev, data: {secrets: {bank: {secretRef: {name: bank, key: token}}}}}");

        eventuallyHolds(() -> {
            assertThat(cluster.condition("fix", "ResolvedRefs", "reason")).isEqualTo("MissingSecret");
            assertThat(there.condition("theirs", "ResolvedRefs", "reason")).isEqualTo("SecretsNotPermitted");
            assertThat(there.condition("theirs", "ResolvedRefs", "status")).isEqualTo("False");
        });
        Answer own = gateway.client().send(ClusterGateway.call("main"));
        assertThat(own.receivedOne("kitsune-secret-bank")).isEqualTo(Credential.shorten("0wnKey5vBn3Mq8Wz"));
        Answer answer = gateway.client().send(ClusterGateway.call("fix"));
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text()).contains("bank");

        Leaks leaks = new Leaks().secret("foreign", foreign);
        Map<String, String> places = new TreeMap<>(Map.of("answer", answer.text(), "log", serve.log()));
        for (EnvoyProcess envoy : List.of(gateway.envoy(), kubelet.sidecar("front-1"))) {
            places.put(envoy.name(), envoy.admin().configDump().toString());
            places.put(envoy.name() + "'s log", envoy.log());
        }
        for (String page : List.of(
                "status",
                "environments",
                "environments/fix",
                "environments/theirs",
                "components",
                "problems?limit=500",
                "proxies",
                "resources/secrets?limit=500",
                "resources/clusters?limit=500")) {
            places.put(page, serve.get("/api/" + page));
            assertThat(places.get(page)).as(page).startsWith("200 ");
        }
        places.put(
                "status of fix",
                Serialization.asYaml(cluster.virtualEnvironment("fix").get()));
        places.put(
                "status of theirs",
                Serialization.asYaml(there.virtualEnvironment("theirs").get()));
        places.forEach((place, text) -> assertThat(leaks.in(text)).as(place).isEmpty());
        there.clear();
    }

    @Test
    void whatAnEnvoyRefusesIsInTheConditionOfItsObject() throws Exception {
        cluster.deployment("shop-1", "f1");
        cluster.virtualEnvironment("main", MAIN);
        cluster.virtualEnvironment("fix", "{parent: main, components: {front: {version: f2}}}");
        ControlPlane one = opened.add(cluster.replica("one"));
        ClusterAuthority authority = new ClusterAuthority(server);
        eventually(() -> authority.secret().get() != null);
        XdsRelay.Ends ends = new XdsRelay.Ends(authority.client(), authority.replica(), ClusterAuthority.HOST);
        XdsRelay relay = opened.add(new XdsRelay(one.xdsPort(), ends, ClusterScenariosIT::spoilt));
        opened.add(new FakeKubelet(server, cluster.shop(), one.xdsPort(), folder));
        cluster.pod("front-1", "f1");
        ClusterGateway gateway = opened.add(ClusterGateway.start(server, relay.port(), ports, folder));
        gateway.awaitVersion("main", "f1", PATIENCE);

        eventually(() -> {
            Answer unused = gateway.client().send(ClusterGateway.call("fix"));
            return "Refused".equals(cluster.condition("fix", "Programmed", "reason"));
        });

        assertThat(cluster.condition("fix", "Programmed", "status")).isEqualTo("False");
        assertThat(String.valueOf(cluster.condition("fix", "Programmed", "message")))
                .contains(
                        "proxy " + ServedCluster.SYSTEM + "/gateway",
                        "Only a single wildcard domain is permitted in route gw/fix");
        assertThat(cluster.condition("fix", "Ready", "reason")).isEqualTo("Refused");
        eventually(() -> "True".equals(cluster.condition("main", "Programmed", "status")));
        gateway.awaitVersion("main", "f1", PATIENCE);
    }

    /** Doubles a virtual host of the routes of {@code fix}, because Kitsune itself makes nothing that an Envoy refuses. */
    private static DeltaDiscoveryResponse spoilt(DeltaDiscoveryResponse response) {
        if (!response.getTypeUrl().endsWith(".v3.RouteConfiguration")) {
            return response;
        }
        DeltaDiscoveryResponse.Builder changed = response.toBuilder().clearResources();
        for (Resource resource : response.getResourcesList()) {
            try {
                RouteConfiguration routes = resource.getResource().unpack(RouteConfiguration.class);
                changed.addResources(
                        resource.getName().contains("fix")
                                ? resource.toBuilder()
                                        .setResource(Any.pack(routes.toBuilder()
                                                .addVirtualHosts(routes.getVirtualHosts(0))
                                                .build()))
                                        .build()
                                : resource);
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError("a resource of another type", e);
            }
        }
        return changed.build();
    }

    @Test
    void everyKindIsCreatedChangedAndDeletedAndEnvoysFollow() throws Exception {
        PaymentApi payments = opened.add(new PaymentApi("payments", 0));
        ControlPlane one = opened.add(cluster.replica("one"));
        opened.add(new FakeKubelet(server, cluster.shop(), one.xdsPort(), folder));
        ClusterGateway gateway = opened.add(ClusterGateway.start(server, one.xdsPort(), ports, folder));

        platform("{adapterTargets: [Loopback]}");
        environment("{data: {variables: {greeting: Hello}}}");
        secret(cluster.shop(), "pay", "key-1");
        adapter(payments.port(), "Bearer");
        shop("f1");
        cluster.virtualEnvironment("main", """
                {environment: dev, release: {apps: {shop: {appDeployment: shop-1}}},
                    data: {secrets: {key: {secretRef: {name: pay, key: token}}}}}""");
        cluster.pod("front-1", "f1");
        cluster.pod("front-2", "f2");
        Customer seen = new Customer(gateway, "kitsune-env");
        seen.await(answer -> isFrom(answer, "f1", "Hello", "Bearer key-1"));

        environment("{data: {variables: {greeting: Hi}}}");
        seen.await(answer -> isFrom(answer, "f1", "Hi", "Bearer key-1"));

        secret(cluster.shop(), "pay", "key-2");
        seen.await(answer -> isFrom(answer, "f1", "Hi", "Bearer key-2"));
        server.client().secrets().inNamespace(cluster.shop()).withName("pay").delete();
        seen.await(answer -> answer.status() == 200 && answer.call().status() == 503);
        secret(cluster.shop(), "pay", "key-3");
        seen.await(answer -> isFrom(answer, "f1", "Hi", "Bearer key-3"));

        adapter(payments.port(), "Token");
        seen.await(answer -> isFrom(answer, "f1", "Hi", "Token key-3"));

        shop("f2");
        seen.await(answer -> isFrom(answer, "f2", "Hi", "Token key-3"));

        platform("{adapterTargets: [Loopback], context: {header: x-env}}");
        new Customer(gateway, "x-env").await(answer -> isFrom(answer, "f2", "Hi", "Token key-3"));
        platform("{adapterTargets: [Loopback]}");
        seen.await(answer -> isFrom(answer, "f2", "Hi", "Token key-3"));

        cluster.virtualEnvironment("fix", "{parent: main, data: {variables: {greeting: Howdy}}}");
        Customer fix = seen.in("fix");
        fix.await(answer -> isFrom(answer, "f2", "Howdy", "Token key-3"));
        cluster.virtualEnvironment("fix", "{parent: main, components: {front: {version: f1}}}");
        fix.await(answer -> isFrom(answer, "f1", "Hi", "Token key-3"));
        cluster.virtualEnvironment("fix").delete();
        fix.await(answer -> answer.status() == 404);

        // What an active release uses stays until nothing uses it.
        delete(Kind.AppDeployment, "shop-1");
        delete(Kind.Adapter, "payments");
        eventually(() -> one.state().problems().all().stream()
                .filter(problem -> problem.code() == ProblemCode.DeletionHeld)
                .map(Problem::object)
                .filter(Objects::nonNull)
                .map(ObjectKey::kind)
                .toList()
                .containsAll(List.of(Kind.AppDeployment, Kind.Adapter, Kind.VirtualEnvironment)));
        seen.await(answer -> isFrom(answer, "f2", "Hi", "Token key-3"));
        shop("f2");
        adapter(payments.port(), "Bearer");
        seen.await(answer -> isFrom(answer, "f2", "Hi", "Bearer key-3"));

        server.client()
                .pods()
                .inNamespace(cluster.shop())
                .withName("front-2")
                .withGracePeriod(0)
                .delete();
        seen.await(answer -> answer.status() == 503);
        cluster.pod("front-3", "f2");
        seen.await(answer -> isFrom(answer, "f2", "Hi", "Bearer key-3"));

        cluster.virtualEnvironment("main").delete();
        seen.await(answer -> answer.status() == 404);
    }

    private void platform(String spec) {
        cluster.apply("{apiVersion: kitsune.dev/v1alpha1, kind: Platform, metadata: {name: kitsune}, spec: %s}"
                .formatted(spec));
    }

    private void environment(String spec) {
        cluster.apply("{apiVersion: kitsune.dev/v1alpha1, kind: Environment, metadata: {name: dev}, spec: %s}"
                .formatted(spec));
    }

    private void adapter(int port, String scheme) {
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: Adapter
                metadata: {name: payments, namespace: SHOP}
                spec: {http: {url: "http://127.0.0.1:%d", headers: {Authorization: "%s {{.Secrets.key}}"}}}
                """.formatted(port, scheme));
    }

    private void shop(String version) {
        cluster.apply("""
                apiVersion: kitsune.dev/v1alpha1
                kind: AppDeployment
                metadata: {name: shop-1, namespace: SHOP}
                spec:
                  app: shop
                  components:
                    front:
                      version: %s
                      routes: [{rule: "Host(`shop.localhost`)"}]
                      variables: {greeting: {type: String, required: true}}
                      dependencies: {payments: {type: Adapter}}
                """.formatted(version));
    }

    private void delete(Kind kind, String name) {
        server.client()
                .genericKubernetesResources(Kind.API_VERSION, kind.name())
                .inNamespace(cluster.shop())
                .withName(name)
                .delete();
    }

    private static boolean isFrom(Answer answer, String version, String greeting, String credential) {
        return answer.status() == 200
                && answer.body().path("version").asText().equals(version)
                && answer.receivedOne("kitsune-var-greeting").equals(greeting)
                && answer.call().status() == 200
                && answer.call().credential().equals(Credential.shorten(credential));
    }

    /** What a client sees of a virtual environment that it names in a header. */
    private record Customer(ClusterGateway gateway, String header, String virtualEnvironment) {
        Customer(ClusterGateway gateway, String header) {
            this(gateway, header, "main");
        }

        Customer in(String other) {
            return new Customer(gateway, header, other);
        }

        void await(Predicate<Answer> expected) {
            Call call = Call.post("http://shop.localhost/", "{}")
                    .with(header, virtualEnvironment)
                    .passing(header)
                    .calling(Call.get("http://payments/charge"));
            eventuallyHolds(() -> assertThat(gateway.client().send(call)).matches(expected));
        }
    }
}
