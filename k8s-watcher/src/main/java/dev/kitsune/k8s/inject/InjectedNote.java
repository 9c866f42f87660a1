package dev.kitsune.k8s.inject;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the annotation of a pod says about its sidecar. Pods with one hash have equal sidecars, so an operator sees which
 * pods are to be started again after an update.
 */
record InjectedNote(String version, List<Container> containers, Volume volume, Map<String, String> files) {
    private static final int HASH_BYTES = 8;

    String json() {
        Map<String, String> note = new TreeMap<>();
        note.put("hash", hash());
        note.put("version", version);
        return Serialization.asJson(note);
    }

    private String hash() {
        String all = Serialization.asJson(List.of(containers, volume, new TreeMap<>(files)));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
