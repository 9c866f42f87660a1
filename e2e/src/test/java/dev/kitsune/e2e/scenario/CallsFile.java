package dev.kitsune.e2e.scenario;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kitsune.e2e.http.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A scenario's {@code calls.yaml}, with its calls and the expected answers. */
final class CallsFile {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private CallsFile() {}

    static List<Step> read(Path file) throws IOException {
        return Files.exists(file) ? List.of(YAML.readValue(file.toFile(), Step[].class)) : List.of();
    }

    /** One call and its expectation. */
    record Step(String say, Request call, Expect expect) {}

    /**
     * The request of a call.
     *
     * @param from the workload whose app makes the call, through its sidecar; absent for a client at the gateway
     * @param headers the header lines as {@code name: value}
     */
    record Request(
            @Nullable String from,
            @Nullable String method,
            String url,
            @Nullable List<String> headers,
            @Nullable String body,
            @Nullable List<Request> calls,
            @Nullable List<String> pass) {
        /** @param ports replaces the written ports with those of the mesh */
        Call toCall(UnaryOperator<String> ports) {
            Call call = new Call(
                    method == null ? "GET" : method,
                    ports.apply(url),
                    List.of(),
                    body == null ? "" : body,
                    orNone(calls).stream().map(further -> further.toCall(ports)).toList(),
                    orNone(pass));
            for (String header : orNone(headers)) {
                int colon = header.indexOf(": ");
                call = call.with(header.substring(0, colon), ports.apply(header.substring(colon + 2)));
            }
            return call;
        }
    }

    /**
     * The expected answer. Absent fields are not checked.
     *
     * @param sees headers that the app or API must receive once, with exactly this value
     * @param seesPart texts that a received header must contain
     * @param secrets received headers with these values, of which the stand-in shows the digest
     * @param credential the whole Authorization that the API must receive
     * @param says texts that the answer must contain
     * @param answers headers of the answer
     * @param answersNot headers that the answer must not have
     * @param calls the expected answers to the calls that the app makes
     */
    record Expect(
            int status,
            @Nullable String component,
            @Nullable String api,
            @Nullable String path,
            @Nullable Map<String, String> sees,
            @Nullable Map<String, List<String>> seesPart,
            @Nullable List<String> seesNot,
            @Nullable Map<String, String> secrets,
            @Nullable String credential,
            @Nullable List<String> says,
            @Nullable List<String> saysNot,
            @Nullable Map<String, String> answers,
            @Nullable List<String> answersNot,
            @Nullable List<Expect> calls) {}

    static <T> List<T> orNone(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    static <T> Map<String, T> orNone(@Nullable Map<String, T> map) {
        return map == null ? Map.of() : map;
    }
}
