package dev.kitsune.xds.delta;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Answers subscriptions to unsupported types with an empty response. A client then continues instead of waiting, and
 * its other types are served.
 */
final class UnknownTypes {
    private static final int REMEMBERED = 100;
    private static final int MAX_LENGTH = 500;

    private final Set<String> asked = new HashSet<>();

    Optional<DeltaDiscoveryResponse> answer(DeltaDiscoveryRequest request, String nonce) {
        boolean first = asked.size() < REMEMBERED
                && request.getTypeUrl().length() <= MAX_LENGTH
                && asked.add(request.getTypeUrl());
        List<String> names = request.getResourceNamesSubscribeList();
        if (names.isEmpty() && !(first && request.getResponseNonce().isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(DeltaDiscoveryResponse.newBuilder()
                .setTypeUrl(request.getTypeUrl())
                .setNonce(nonce)
                .addAllRemovedResources(names)
                .build());
    }
}
