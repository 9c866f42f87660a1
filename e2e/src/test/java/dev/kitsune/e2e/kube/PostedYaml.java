package dev.kitsune.e2e.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kitsune.k8s.crd.CustomResourceDefinitions;
import dev.kitsune.model.manifest.Kind;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Sends objects to an API server as YAML text, which the API server parses by itself, with the library that kubectl
 * uses. It refuses fields that it does not know, as it does for kubectl, and also doubled ones, of which kubectl sends
 * only the last.
 */
public final class PostedYaml {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new YAMLMapper();
    private static final Map<String, CustomResourceDefinition> KINDS = CustomResourceDefinitions.all().stream()
            .collect(Collectors.toMap(kind -> kind.getSpec().getNames().getKind(), Function.identity()));

    private final ApiServer server;

    public PostedYaml(ApiServer server) {
        this.server = server;
    }

    /** The answer of the API server: the object as it is stored, or a status that says why it is not. */
    public record ApiAnswer(int status, JsonNode body) {
        /** Whether the object is valid. An object of its name may exist already. */
        public boolean accepted() {
            return status < 300 || status == 409;
        }

        public String message() {
            return body.path("message").asText();
        }
    }

    /** Returns the path of the collection to which an object belongs; empty if the API server has no such kind. */
    public static Optional<String> collection(String kind, String namespace) {
        return Optional.ofNullable(KINDS.get(kind))
                .map(CustomResourceDefinition::getSpec)
                .map(spec -> "/apis/" + Kind.API_VERSION
                        + (spec.getScope().equals("Namespaced") ? "/namespaces/" + namespace : "") + "/"
                        + spec.getNames().getPlural());
    }

    /** Creates an object in this namespace, or in none if its kind has none. */
    public ApiAnswer create(String yaml, String namespace) throws IOException {
        return send("POST", path(yaml, namespace), yaml, "");
    }

    /** Shows what the creation of an object would give. */
    public ApiAnswer tryToCreate(String yaml, String namespace) throws IOException {
        return send("POST", path(yaml, namespace), yaml, "&dryRun=All");
    }

    /** Changes some fields of an object, as {@code kubectl apply --server-side} does. */
    public ApiAnswer apply(String yaml, String namespace) throws IOException {
        return send("PATCH", path(yaml, namespace) + "/" + name(yaml), yaml, "&fieldManager=test&force=true");
    }

    /** Changes some fields of an object's status. */
    public ApiAnswer applyStatus(String yaml, String namespace) throws IOException {
        return send(
                "PATCH", path(yaml, namespace) + "/" + name(yaml) + "/status", yaml, "&fieldManager=test&force=true");
    }

    private static String path(String yaml, String namespace) throws IOException {
        String kind = YAML.readTree(yaml).path("kind").asText();
        return collection(kind, namespace).orElseThrow(() -> new IllegalArgumentException("no kind " + kind));
    }

    private static String name(String yaml) throws IOException {
        return YAML.readTree(yaml).path("metadata").path("name").asText();
    }

    private ApiAnswer send(String method, String path, String yaml, String query) throws IOException {
        var http = server.client().getHttpClient();
        String type = method.equals("PATCH") ? "application/apply-patch+yaml" : "application/yaml";
        var request = http.newHttpRequestBuilder()
                .uri(server.config().getMasterUrl().replaceAll("/$", "") + path + "?fieldValidation=Strict" + query)
                .method(method, type, yaml)
                .build();
        try {
            HttpResponse<String> response =
                    http.sendAsync(request, String.class).get(1, TimeUnit.MINUTES);
            return new ApiAnswer(response.code(), JSON.readTree(response.body()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IOException("no answer to " + method + " " + path, e);
        }
    }
}
