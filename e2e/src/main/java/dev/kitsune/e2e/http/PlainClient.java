package dev.kitsune.e2e.http;

import java.net.http.HttpClient;
import java.time.Duration;

/**
 * Creates the JDK's HTTP client without features that could hide a fault. It never repeats a request and follows no
 * redirect. It may set {@code Host}, so that requests can name hosts that are not in DNS.
 *
 * <p>The JDK reads these properties only once, before it creates the first client. Therefore every client of this
 * module is created here.
 */
public final class PlainClient {
    static {
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host,connection");
        // This is the total number of attempts, so 1 means that no request is repeated.
        System.setProperty("jdk.httpclient.redirects.retrylimit", "1");
        System.setProperty("jdk.httpclient.disableRetryConnect", "true");
    }

    /** Sets the properties, for those who are about to make a library create a client. */
    public static void prepare() {
        // The class is initialised now.
    }

    private PlainClient() {}

    /** Creates a client for HTTP/1.1. */
    public static HttpClient create() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }
}
