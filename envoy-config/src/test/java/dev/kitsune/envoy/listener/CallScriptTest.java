package dev.kitsune.envoy.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.envoy.LuaScript;
import dev.kitsune.model.manifest.Platform;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.lib.jse.JsePlatform;

/** Checks which baggage a call has after it has left the mesh. */
final class CallScriptTest {
    private final Globals worker = JsePlatform.standardGlobals();

    CallScriptTest() {
        String fake = """
                function call(line)
                  local baggage = {line}
                  local headers = {
                    getNumValues = function() return #baggage end,
                    getAtIndex = function(self, name, i) return baggage[i + 1] end,
                    remove = function(self, name) if name == "baggage" then baggage = {} end end,
                    add = function(self, name, value) baggage[#baggage + 1] = value end}
                  envoy_on_request({
                    headers = function() return headers end,
                    metadata = function() return {get = function(self, key) return key == "baggage" and "" or nil end} end,
                    clearRouteCache = function() end})
                  return table.concat(baggage, "|")
                end
                """;
        worker.load(fake).call();
        worker.load(LuaScript.baggage(Platform.DEFAULT.context()) + LuaScript.read(LuaFilter.class, "call.lua"))
                .call();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kitsune-env=fix                       | ''",
                "kitsune-env=fix,kitsune-dep=d1        | ''",
                "kitsune-env=fix,a=b                   | a=b",
                "kitsune-env=fix, a=b;p=q              | a=b;p=q",
                "a=b,kitsune-env=fix                   | a=b",
                "a=b , kitsune-env = fix;p , c=d       | a=b,c=d",
                "kitsune-env=fix,a=b,kitsune-env=main  | a=b",
                "a=b,kitsune-dep=d1,kitsune-env=x,c=d  | a=b,c=d",
                "kitsune-env                           | ''",
                "a=b,kitsune-env                       | a=b",
                "a=b , c=d                             | a=b , c=d",
                "kitsune-environment=x,a=kitsune-env=y | kitsune-environment=x,a=kitsune-env=y",
                "a=b,kitsune-envs=x,xkitsune-env=y     | a=b,kitsune-envs=x,xkitsune-env=y",
                "KITSUNE-ENV=x                         | KITSUNE-ENV=x",
            })
    void keepsTheOtherMembers(String baggage, String others) {
        assertThat(worker.get("call").call(LuaValue.valueOf(baggage)).tojstring())
                .isEqualTo(others);
    }
}
