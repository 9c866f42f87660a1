package dev.kitsune.envoy.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.LuaScript;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.lib.jse.JsePlatform;

/** Checks the metadata that the script writes for the requests of one worker. */
final class UseScriptTest {
    private final Globals worker = JsePlatform.standardGlobals();

    UseScriptTest() {
        String constants = "NAMESPACE = \"n\"\nUSED = \"used\"\nFIRST = \"first\"\nHEADER = \"env\"\n";
        String fake = """
                now, marks = 0, {}
                os = {time = function() return now end}
                function request(environment)
                  local metadata = {set = function(self, namespace, key, value)
                    marks[#marks + 1] = namespace .. " " .. key .. " " .. tostring(value)
                  end}
                  envoy_on_request({
                    headers = function() return {get = function() return environment end} end,
                    streamInfo = function() return {dynamicMetadata = function() return metadata end} end})
                end
                """;
        worker.load(constants + fake).call();
        worker.load(LuaScript.read(LuaFilter.class, "used.lua") + LuaScript.read(LuaFilter.class, "use.lua"))
                .call();
    }

    @Test
    void onlyTheFirstRequestOfAVirtualEnvironmentInItsMinuteIsMarkedAsFirst() {
        assertThat(marksOf("a")).containsExactly("n used a", "n first true");
        assertThat(marksOf("a")).containsExactly("n used a");
        assertThat(marksOf("b")).containsExactly("n used b", "n first true");
        at(59);
        assertThat(marksOf("a")).containsExactly("n used a");
        at(60);
        assertThat(marksOf("a")).containsExactly("n used a", "n first true");
        assertThat(marksOf("b")).containsExactly("n used b", "n first true");
        assertThat(marksOf("b")).containsExactly("n used b");
    }

    @Test
    void aRequestWithoutVirtualEnvironmentIsNotCounted() {
        worker.get("request").call();
        assertThat(worker.get("marks").length()).isZero();
    }

    private void at(int second) {
        worker.set("now", LuaValue.valueOf(second));
    }

    private List<String> marksOf(String virtualEnvironment) {
        worker.load("marks = {}").call();
        worker.get("request").call(LuaValue.valueOf(virtualEnvironment));
        List<String> marks = new ArrayList<>();
        LuaValue all = worker.get("marks");
        for (int i = 1; i <= all.length(); i++) {
            marks.add(all.get(i).tojstring());
        }
        return marks;
    }
}
