package dev.kitsune.envoy.trace;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.kitsune.envoy.name.ScopeKey;
import dev.kitsune.envoy.scope.Loading;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LoadState;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.compiler.LuaC;
import org.luaj.vm2.lib.MathLib;
import org.luaj.vm2.lib.PackageLib;
import org.luaj.vm2.lib.StringLib;
import org.luaj.vm2.lib.TableLib;
import org.luaj.vm2.lib.VarArgFunction;
import org.luaj.vm2.lib.jse.JseBaseLib;

/** Runs the same script as an Envoy, with the part of Envoy's interface that the scripts use. */
final class ScriptRun {
    /** The bytes before the name in the message of a call: a gRPC frame's head, and a field's tag and length. */
    private static final int LOAD_HEAD = 7;

    private RequestHeaders headers;
    private final Struct metadata;
    private final Surroundings surroundings;
    private final Map<String, String> left = new HashMap<>();
    private boolean routeCleared;
    private boolean loading;
    private @Nullable ScriptAnswer answer;

    private ScriptRun(RequestHeaders headers, Struct metadata, Surroundings surroundings) {
        this.headers = headers;
        this.metadata = metadata;
        this.surroundings = surroundings;
    }

    /** The rest of the Envoy, and the control plane. */
    interface Surroundings {
        /** Returns the name of the route for a request; empty if there is no route. */
        String routeName(RequestHeaders request);

        /** Returns the reason for which a virtual environment cannot be loaded; empty if it can. */
        Optional<Loading.LoadRefusal> load(VirtualEnvironmentName virtualEnvironment);
    }

    /**
     * The script answered by itself.
     *
     * @param afterLoading whether the virtual environment could not be loaded; otherwise the script refused the request
     */
    record ScriptAnswer(int status, String text, Map<String, String> headers, boolean afterLoading) {}

    /**
     * The result of a script.
     *
     * @param routeCleared whether the route must be chosen again
     * @param left the request's metadata, by namespace and key
     */
    record ScriptResult(
            RequestHeaders headers,
            boolean routeCleared,
            @Nullable ScriptAnswer answer,
            Map<String, String> left) {}

    /** {@code metadata}: the route's metadata for the filter that runs the script */
    static ScriptResult of(String code, RequestHeaders headers, Struct metadata, Surroundings surroundings) {
        ScriptRun run = new ScriptRun(headers, metadata, surroundings);
        Globals globals = new Globals();
        globals.load(new JseBaseLib());
        globals.load(new PackageLib());
        globals.load(new StringLib());
        globals.load(new TableLib());
        LoadState.install(globals);
        LuaC.install(globals);
        // The clock affects only reports, not the route of a request.
        LuaTable os = object("os");
        method(os, "time", call -> LuaValue.ZERO);
        globals.set("os", os);
        globals.load(new MathLib());
        globals.load(code, "script").call();
        LuaValue handler = globals.get("envoy_on_request");
        if (!handler.isnil()) {
            try {
                handler.call(run.handle());
            } catch (LuaError e) {
                if (e.getCause() instanceof UnsupportedOperationException unknown) {
                    throw unknown;
                }
                if (run.answer == null) {
                    throw e;
                }
            }
        }
        return new ScriptResult(run.headers, run.routeCleared, run.answer, run.left);
    }

    private LuaTable handle() {
        LuaTable handle = object("handle");
        LuaTable shownHeaders = headers();
        LuaTable shownMetadata = object("metadata");
        method(shownMetadata, "get", call -> metadata(call.checkjstring(2)));
        LuaTable stream = object("streamInfo");
        method(stream, "downstreamDirectRemoteAddress", call -> text(RequestArrival.CLIENT + ":0"));
        LuaTable dynamicMetadata = object("dynamicMetadata");
        method(dynamicMetadata, "set", call -> {
            left.put(
                    call.checkjstring(2) + ":" + call.checkjstring(3),
                    call.arg(4).tojstring());
            return LuaValue.NIL;
        });
        method(stream, "routeName", call -> text(surroundings.routeName(headers)));
        method(handle, "httpCall", call -> loaded(call.arg(4).checkstring()));
        method(stream, "dynamicMetadata", call -> dynamicMetadata);
        method(handle, "streamInfo", call -> stream);
        method(handle, "headers", call -> shownHeaders);
        method(handle, "metadata", call -> shownMetadata);
        method(handle, "clearRouteCache", call -> {
            routeCleared = true;
            return LuaValue.NIL;
        });
        method(handle, "respond", call -> {
            LuaTable answered = call.checktable(2);
            Map<String, String> with = new TreeMap<>();
            for (LuaValue name : answered.keys()) {
                with.put(name.checkjstring(), answered.get(name).checkjstring());
            }
            int status = Integer.parseInt(Objects.requireNonNull(with.remove(":status"), "a status"));
            answer = new ScriptAnswer(status, call.optjstring(3, ""), with, loading);
            // The script ends with its answer.
            throw new LuaError("answered");
        });
        return handle;
    }

    /** The control plane's answer to a call that loads a virtual environment. */
    private LuaValue loaded(LuaString message) {
        loading = true;
        ScopeKey key =
                ScopeKey.parse(message.substring(LOAD_HEAD, message.length()).tojstring());
        LuaTable response = new LuaTable();
        response.set(":status", "200");
        surroundings.load(key.virtualEnvironment()).ifPresent(refusal -> {
            response.set("grpc-status", String.valueOf(refusal.cause().grpcStatus()));
            response.set("grpc-message", refusal.text());
        });
        return response;
    }

    private LuaTable headers() {
        LuaTable table = object("headers");
        method(table, "get", call -> text(headers.joined(name(call)).orElse(null)));
        method(
                table,
                "getNumValues",
                call -> LuaValue.valueOf(headers.values(name(call)).size()));
        method(table, "getAtIndex", call -> {
            List<String> values = headers.values(name(call));
            int index = call.checkint(3);
            return text(index < values.size() ? values.get(index) : null);
        });
        method(table, "add", call -> {
            headers = headers.plus(name(call), call.checkjstring(3));
            return LuaValue.NIL;
        });
        method(table, "replace", call -> {
            headers = headers.with(name(call), call.checkjstring(3));
            return LuaValue.NIL;
        });
        method(table, "remove", call -> {
            headers = headers.without(name(call));
            return LuaValue.NIL;
        });
        return table;
    }

    private LuaValue metadata(String key) {
        Value value = metadata.getFieldsMap().get(key);
        if (value == null) {
            return LuaValue.NIL;
        }
        if (!value.hasStringValue()) {
            throw KnownFields.unknown("metadata that is no text: " + key);
        }
        return text(value.getStringValue());
    }

    private static String name(Varargs call) {
        return call.checkjstring(2).toLowerCase(java.util.Locale.ROOT);
    }

    private static LuaValue text(@Nullable String text) {
        return text == null ? LuaValue.NIL : LuaValue.valueOf(text);
    }

    /** A missing method must be added to the trace. */
    private static LuaTable object(String what) {
        LuaTable table = new LuaTable();
        LuaTable meta = new LuaTable();
        meta.set("__index", function(call -> {
            throw KnownFields.unknown("what a script asks of " + what + ": " + call.tojstring(2));
        }));
        table.setmetatable(meta);
        return table;
    }

    /** The first argument of a method is its object. */
    private static void method(LuaTable object, String name, Function<Varargs, LuaValue> body) {
        object.rawset(name, function(body));
    }

    private static LuaValue function(Function<Varargs, LuaValue> body) {
        return new VarArgFunction() {
            @Override
            public Varargs invoke(Varargs arguments) {
                return body.apply(arguments);
            }
        };
    }
}
