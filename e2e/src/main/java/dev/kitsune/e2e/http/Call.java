package dev.kitsune.e2e.http;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One request.
 *
 * @param url absolute; its host goes into {@code Host} only
 * @param headers name and value, in the order in which they are sent; a name may come twice
 * @param calls what the app that answers is asked to call before
 * @param pass headers that the app passes on with those; empty for what a good app does
 */
public record Call(
        String method, String url, List<CallHeader> headers, String body, List<Call> calls, List<String> pass) {
    /** One header line. */
    public record CallHeader(String name, String value) {}

    public Call {
        headers = List.copyOf(headers);
        calls = List.copyOf(calls);
        pass = List.copyOf(pass);
    }

    public static Call get(String url) {
        return new Call("GET", url, List.of(), "", List.of(), List.of());
    }

    public static Call post(String url, String body) {
        return new Call("POST", url, List.of(), body, List.of(), List.of());
    }

    public Call with(String header, String value) {
        List<CallHeader> more = new ArrayList<>(headers);
        more.add(new CallHeader(header, value));
        return new Call(method, url, more, body, calls, pass);
    }

    /** With the virtual environment in its header. */
    public Call in(VirtualEnvironmentName virtualEnvironment) {
        return with("kitsune-env", virtualEnvironment.value());
    }

    /** The app that answers shall call this before. */
    public Call calling(Call further) {
        List<Call> more = new ArrayList<>(calls);
        more.add(further);
        return new Call(method, url, headers, body, more, pass);
    }

    /** The app passes these headers on, or sends one of its own ({@code name=value}), and nothing else. */
    public Call passing(String... names) {
        return new Call(method, url, headers, body, calls, List.of(names));
    }

    /** The URL with what the app is asked to do. */
    public String target() {
        if (calls.isEmpty()) {
            return url;
        }
        String asked = Stream.concat(
                        calls.stream().map(call -> "call=" + encode(call.target())),
                        pass.stream().map(name -> "pass=" + encode(name)))
                .collect(Collectors.joining("&"));
        return url + (url.contains("?") ? "&" : "?") + asked;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
