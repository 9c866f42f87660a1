package dev.kitsune.envoy.cluster;

import com.google.common.hash.Hashing;
import dev.kitsune.model.manifest.Adapter.FollowRedirects;
import dev.kitsune.model.snapshot.HeaderValue;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import dev.kitsune.model.snapshot.ResolvedAdapter.ResolvedTarget;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the cluster of an HTTP adapter depends on if routes add the credentials.
 *
 * @param credentials the names of the headers with credentials
 */
record SharedTarget(
        boolean grpc,
        ResolvedTarget target,
        Duration idleTimeout,
        FollowRedirects followRedirects,
        SortedSet<String> credentials) {

    static SharedTarget of(ResolvedAdapter.HttpAdapter adapter) {
        return new SharedTarget(
                adapter.grpc(),
                adapter.target(),
                adapter.behaviour().idleTimeout(),
                adapter.behaviour().followRedirects(),
                credentials(adapter));
    }

    static SortedSet<String> credentials(ResolvedAdapter.HttpAdapter adapter) {
        SortedSet<String> headers = new TreeSet<>();
        adapter.headers().forEach((header, value) -> {
            if (value instanceof HeaderValue.WithSecrets) {
                headers.add(header);
            }
        });
        return headers;
    }

    /** Returns the last part of the cluster's name, which is the same in every process. Secrets have only places here. */
    String digest() {
        return Hashing.sha256()
                .hashString(toString(), StandardCharsets.UTF_8)
                .toString()
                .substring(0, 16);
    }
}
