package dev.kitsune.envoy.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.kitsune.envoy.scope.Loading;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScriptRunTest {
    private static ScriptRun.ScriptResult run(String body, RequestHeaders.HeaderLine... headers) {
        return ScriptRun.of(
                "function envoy_on_request(handle)\n" + body + "\nend",
                RequestHeaders.of("GET", "a", "/", List.of(headers)),
                Struct.newBuilder()
                        .putFields(
                                "key",
                                Value.newBuilder().setStringValue("Grüße").build())
                        .build(),
                new ScriptRun.Surroundings() {
                    @Override
                    public String routeName(RequestHeaders request) {
                        return request.has("loaded") ? "route" : "";
                    }

                    @Override
                    public Optional<Loading.LoadRefusal> load(VirtualEnvironmentName virtualEnvironment) {
                        return virtualEnvironment.value().equals("known")
                                ? Optional.empty()
                                : Optional.of(Loading.unknown(virtualEnvironment));
                    }
                });
    }

    @Test
    void headersAreReadAndWrittenAsEnvoyDoes() {
        ScriptRun.ScriptResult result =
                run("""
                        local headers = handle:headers()
                        headers:add("seen", headers:get("X") .. ";" .. headers:getNumValues("x") .. headers:getAtIndex("x", 1))
                        headers:replace("x", handle:metadata():get("key"))
                        headers:remove(":scheme")
                        handle:clearRouteCache()""", new RequestHeaders.HeaderLine("X", "1"), new RequestHeaders.HeaderLine("x", "2"));
        assertThat(result.headers().values("seen")).containsExactly("1,2;22");
        assertThat(result.headers().values("x")).containsExactly("Grüße");
        assertThat(result.headers().has(":scheme")).isFalse();
        assertThat(result.routeCleared()).isTrue();
        assertThat(result.answer()).isNull();
    }

    @Test
    void nothingRunsAfterAnAnswer() {
        ScriptRun.ScriptResult result =
                run("handle:respond({[\":status\"] = \"400\", a = \"b\"}, \"no\")\nhandle:headers():add(\"x\", \"1\")");
        assertThat(result.answer()).isEqualTo(new ScriptRun.ScriptAnswer(400, "no", Map.of("a", "b"), false));
        assertThat(result.headers().has("x")).isFalse();
    }

    @Test
    void theRouteIsThatOfTheHeadersAtThatTime() {
        ScriptRun.ScriptResult result = run("""
                local headers = handle:headers()
                headers:add("seen", "<" .. handle:streamInfo():routeName() .. ">")
                headers:add("loaded", "1")
                headers:add("seen", "<" .. handle:streamInfo():routeName() .. ">")""");
        assertThat(result.headers().values("seen")).containsExactly("<>", "<route>");
    }

    @Test
    void aCallToTheControlPlaneIsAnsweredAsItsServiceWould() {
        String calls = """
                for _, name in ipairs({"known", "nobody"}) do
                  local message = "\\0\\0\\0\\0" .. string.char(#name + 2) .. "\\10" .. string.char(#name) .. name
                  local response = handle:httpCall("kitsune-calls", {}, message, 1)
                  handle:headers():add("seen", response[":status"] .. " " .. (response["grpc-status"] or "")
                    .. " " .. (response["grpc-message"] or ""))
                end""";
        assertThat(run(calls).headers().values("seen"))
                .containsExactly("200  ", "200 5 there is no virtual environment \"nobody\"");
    }

    @Test
    void stopsAtAnUnknownFunction() {
        assertThatThrownBy(() -> run("handle:connection()"))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("connection");
        assertThatThrownBy(() -> run("local nothing = nil\nnothing.x = 1")).hasMessageContaining("nil");
    }
}
