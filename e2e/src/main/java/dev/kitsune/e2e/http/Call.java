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
 * @param url the absolute URL, whose host is only used in {@code Host}
 * @param headers the headers in the order in which they are sent; a name may occur twice
 * @param calls the calls that the app makes before it answers
 * @param pass the headers that the app passes on with those calls; empty for the context headers
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

    /** Adds the header with the virtual environment. */
    public Call in(VirtualEnvironmentName virtualEnvironment) {
        return with("kitsune-env", virtualEnvironment.value());
    }

    /** Adds a call that the app makes before it answers. */
    public Call calling(Call further) {
        List<Call> more = new ArrayList<>(calls);
        more.add(further);
        return new Call(method, url, headers, body, more, pass);
    }

    /**
     * Sets the headers that the app passes on, or adds to its calls ({@code name=value}). It sends no other headers.
     */
    public Call passing(String... names) {
        return new Call(method, url, headers, body, calls, List.of(names));
    }

    /** Returns the URL with the parameters for the app. */
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
