package dev.kitsune.e2e.http;

import java.net.http.HttpClient;
import java.time.Duration;

/**
 * The JDK's HTTP client without what would hide a fault: it never repeats a request and follows no redirect. It may set
 * {@code Host}, which is how requests reach names that no DNS knows.
 *
 * <p>The JDK reads these switches once, before its first client is made: so every client of this module is made here.
 */
public final class PlainClient {
    static {
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host,connection");
        // The number of attempts in all: 1 means that nothing is sent twice.
        System.setProperty("jdk.httpclient.redirects.retrylimit", "1");
        System.setProperty("jdk.httpclient.disableRetryConnect", "true");
    }

    private PlainClient() {}

    /** A client that speaks HTTP/1.1. */
    public static HttpClient create() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }
}
