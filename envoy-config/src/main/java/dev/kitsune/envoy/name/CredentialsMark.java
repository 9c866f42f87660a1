package dev.kitsune.envoy.name;

import dev.kitsune.envoy.Proxy.CredentialsBy;

/** The last part of the names of routes for Envoys whose clusters add the credentials. */
final class CredentialsMark {
    private static final String BY_CLUSTER = "by-cluster";

    private CredentialsMark() {}

    static String of(CredentialsBy credentials) {
        return credentials == CredentialsBy.CLUSTER ? "/" + BY_CLUSTER : "";
    }

    static CredentialsBy next(Parts parts) {
        return parts.nextIs(BY_CLUSTER) ? CredentialsBy.CLUSTER : CredentialsBy.ROUTE;
    }
}
