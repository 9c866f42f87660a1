package dev.kitsune.e2e.accepted;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Generates specs of adapters. Nothing answers at their targets, or they are on this machine. */
final class OddAdapters {
    private static final List<String> URLS = List.of(
            "http://127.0.0.1:1/base",
            "https://localhost:1/v1",
            "https://127.0.0.1:1",
            "http://localhost:1/{{.Vars.v0}}");
    private static final List<String> ODD_URLS = List.of(
            "http://[::1]:1/",
            "http://[::1%lo]:80/",
            "http://[fe80::1%25eth0]:80/",
            "http://[::ffff:127.0.0.1]:1",
            "http://localhost:0/",
            "http://localhost:65536/",
            "http://localhost:65535/",
            "http://127.1/",
            "http://0x7f.1/",
            "http://2130706433:1/",
            "http://0.0.0.0:1/",
            "http://a..localhost/",
            "http://ü.localhost/",
            "http://xn--4ca.localhost:1/",
            "http://" + "h".repeat(63) + ".localhost:1/",
            "http://" + "h".repeat(64) + ".localhost:1/",
            "http://" + "h.".repeat(122) + "localhost:1/",
            "http://a_b.localhost:1/",
            "http://-a.localhost:1/",
            "https://api.localhost.:1/x/",
            "HTTPS://API.LOCALHOST:1/X",
            "http://localhost:1/%zz",
            "http://localhost:1/a%2Fb%25",
            "http://localhost:1/a b",
            "http://localhost:1/$1\\1",
            "http://localhost:1/~!$&'()*+,;=:@",
            "http://localhost:1/{x}",
            "http://localhost:1//a/../b/./",
            "http://localhost:1/ü",
            "http://localhost:1/" + "p".repeat(8_000),
            "http://localhost:1/" + "p".repeat(17_000),
            "http://u:p@localhost:1/",
            "http://localhost:1/{{.Vars.v1}}",
            "http://{{.Vars.v1}}/",
            "http://localhost:{{.Vars.v1}}/",
            "{{.Vars.v1}}",
            "https://api.localhost:1",
            "http://{{.Vars.v0}}.localhost:1/",
            "ftp://localhost/");
    private static final List<String> ADDRESSES = List.of("127.0.0.1:1", "localhost:1");
    private static final List<String> ODD_ADDRESSES = List.of(
            "[::1]:1",
            "[::1%lo]:1",
            "::1:1",
            "localhost",
            "localhost:0",
            "localhost:99999",
            "localhost.:1",
            "-:1",
            "{{.Vars.v1}}:1",
            "h".repeat(64) + ":1",
            "127.0.0.1:00001");
    private static final List<String> PROTOCOLS = List.of("h2", "http/1.1");
    private static final List<String> ODD_PROTOCOLS =
            List.of("", "h2,", ",", "ü", "a b", "p".repeat(255), "p".repeat(256), "%", "postgresql");

    private final Draw draw;
    private final Draw certificates;

    OddAdapters(Draw draw, Draw certificates) {
        this.draw = draw;
        this.certificates = certificates;
    }

    Map<String, Object> any(List<Integer> ports) {
        return switch (draw.number(5)) {
            case 0 -> Map.of("tcp", tcp(ports));
            case 1 -> Map.of("grpc", web());
            default -> {
                Map<String, Object> http = web();
                if (draw.one(3)) {
                    http.put("followRedirects", draw.from(List.of("Never", "SameHost", "Always")));
                }
                yield Map.of("http", http);
            }
        };
    }

    private Map<String, Object> web() {
        Map<String, Object> spec = new TreeMap<>();
        String url = draw.from(certificates.chosen() ? List.of("https://localhost:1/v1") : URLS, ODD_URLS);
        spec.put("url", url);
        if (draw.one(2)) {
            spec.put("query", entries(draw.odd() ? 3 : 1, false));
        }
        if (draw.one(2)) {
            spec.put("headers", entries(draw.odd() ? draw.from(List.of(3, 3, 3, 499, 501, 1_001)) : 1, true));
        }
        if (draw.one(4)) {
            spec.put("context", draw.from(List.of("Strip", "Pass")));
        }
        if (draw.one(4)) {
            spec.put("idleTimeout", duration(draw));
        }
        if ((certificates.chosen() || draw.one(2)) && (url.startsWith("https") || draw.odd())) {
            spec.put("tls", tls());
        }
        return spec;
    }

    private Map<String, Object> tcp(List<Integer> ports) {
        Map<String, Object> spec = new TreeMap<>();
        spec.put("address", draw.from(ADDRESSES, ODD_ADDRESSES));
        if (draw.one(2)) {
            spec.put("listen", draw.from(ports));
        }
        if (draw.one(2)) {
            spec.put("tls", tls());
        }
        return spec;
    }

    private Map<String, Object> tls() {
        Map<String, Object> tls = new TreeMap<>();
        if (certificates.one(2)) {
            List<String> protocols = new ArrayList<>();
            for (int i = certificates.odd() ? certificates.from(List.of(1, 2, 3, 300)) : 1; i > 0; i--) {
                protocols.add(certificates.from(PROTOCOLS, ODD_PROTOCOLS));
            }
            tls.put("alpn", protocols);
        }
        if (certificates.one(2)) {
            tls.put("serverName", certificates.odd() ? OddTexts.any(certificates) : "api.localhost");
        }
        if (certificates.chosen() || certificates.one(2)) {
            tls.put(
                    "clientCertificate",
                    "{{.Secrets."
                            + certificates.from(
                                    List.of("pair"), List.of("spoilt", "spoilt", "spoilt", "spoilt", "s0", "none"))
                            + "}}");
        }
        if (certificates.chosen() || certificates.one(2)) {
            tls.put(
                    "ca",
                    "{{.Secrets."
                            + certificates.from(
                                    List.of("pair"), List.of("spoilt", "spoilt", "spoilt", "spoilt", "s0", "none"))
                            + "}}");
        }
        if (certificates.one(3)) {
            tls.put("insecureSkipVerify", certificates.one(2));
        }
        return tls;
    }

    static String duration(Draw draw) {
        return draw.from(
                List.of("5s", "300ms"),
                List.of("0s", "1ms", "36500d", "36501d", "999999999d", "1h30m", "", "1", "-1s", "49d"));
    }

    private Map<String, String> entries(int count, boolean headers) {
        Map<String, String> entries = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            String name = count > 10
                    ? "x-many-" + i
                    : headers ? OddTexts.header(draw) : draw.odd() ? OddTexts.any(draw) : "q";
            entries.put(name, value(headers));
        }
        return entries;
    }

    private String value(boolean header) {
        return switch (draw.number(6)) {
            case 0 -> "{{.Vars.v0}}";
            case 1 -> "{{.Vars.v1}}";
            case 2 -> header ? "Bearer {{.Secrets.s0}}" : "{{urlquery .Vars.v1}}";
            case 3 -> header ? "{{base64 \"u:\" .Secrets.s0}}" : "x";
            default -> OddTexts.any(draw);
        };
    }
}
