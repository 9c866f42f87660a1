package dev.kitsune.e2e.kube;

import static org.awaitility.Awaitility.await;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.kitsune.envoy.bootstrap.CredentialFolder;
import dev.kitsune.envoy.bootstrap.CredentialFolder.SecretFile;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The projected volume of a pod: a token of the API server for this pod, and what the ConfigMap {@code kitsune-ca} of its
 * namespace holds. All files change at once, by one symbolic link, as in the volumes of a kubelet.
 */
final class PodVolume implements AutoCloseable {
    static final String AUDIENCE = "kitsune";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOKS = Duration.ofMillis(500);
    private static final long SECONDS = 3600;
    private static final Path DATA = Path.of("..data");

    private final ApiServer server;
    private final Pod pod;
    private final Path folder;
    private final ScheduledExecutorService kubelet = Executors.newSingleThreadScheduledExecutor();

    /** Guarded by this, like the next two. */
    private String token;

    private String authorities = "";
    private int number;

    private PodVolume(ApiServer server, Pod pod, Path folder) {
        this.server = server;
        this.pod = pod;
        this.folder = folder;
        this.token = token(server, pod, AUDIENCE);
    }

    /** Mounts it, when the ConfigMap is there. Changes of the ConfigMap arrive soon. */
    static PodVolume mount(ApiServer server, Pod pod, Path folder) throws IOException {
        PodVolume volume = new PodVolume(server, pod, Files.createDirectories(folder));
        await().atMost(PATIENCE)
                .pollInterval(LOOKS.dividedBy(5))
                .ignoreExceptions()
                .until(volume::refresh);
        var unused = volume.kubelet.scheduleWithFixedDelay(
                volume::refreshQuietly, LOOKS.toMillis(), LOOKS.toMillis(), TimeUnit.MILLISECONDS);
        return volume;
    }

    /** Returns a token that belongs to a pod. */
    static String token(ApiServer server, Pod pod, String audience) {
        return server.client()
                .serviceAccounts()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getSpec().getServiceAccountName())
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences(audience)
                        .withExpirationSeconds(SECONDS)
                        .withNewBoundObjectRef()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withName(pod.getMetadata().getName())
                        .withUid(pod.getMetadata().getUid())
                        .endBoundObjectRef()
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
    }

    Path folder() {
        return folder;
    }

    /** Gives the pod another token of its own. */
    synchronized void renewToken() throws IOException {
        token = token(server, pod, AUDIENCE);
        write();
    }

    /** Returns the token that it holds. */
    synchronized String token() {
        return token;
    }

    /** Puts another text in the place of the token. */
    synchronized void replaceToken(String text) throws IOException {
        token = text;
        write();
    }

    private void refreshQuietly() {
        try {
            refresh();
        } catch (KubernetesClientException | IOException e) {
            // The API server is away, and the files stay.
        }
    }

    private boolean refresh() throws IOException {
        String now = trusted();
        synchronized (this) {
            if (now != null && !now.equals(authorities)) {
                authorities = now;
                write();
            }
        }
        return now != null;
    }

    private @Nullable String trusted() {
        ConfigMap map = server.client()
                .configMaps()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName("kitsune-ca")
                .get();
        return map == null || map.getData() == null ? null : map.getData().get("ca.crt");
    }

    private void write() throws IOException {
        Map<String, String> files = new TreeMap<>();
        files.put(CredentialFolder.TOKEN, token);
        files.put(CredentialFolder.AUTHORITIES, authorities);
        for (SecretFile file : List.of(SecretFile.AUTHORITIES, SecretFile.TOKEN)) {
            files.put(file.fileName(), CredentialFolder.text(file, folder.toString()));
        }
        Path before = Files.isSymbolicLink(folder.resolve(DATA))
                ? folder.resolve(DATA).toRealPath()
                : null;
        Path next = Files.createDirectory(folder.resolve("..version-" + ++number));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(next.resolve(file.getKey()), file.getValue());
            Path link = folder.resolve(file.getKey());
            if (!Files.isSymbolicLink(link)) {
                Files.createSymbolicLink(link, DATA.resolve(file.getKey()));
            }
        }
        Path link = Files.createSymbolicLink(folder.resolve("..data_tmp"), next.getFileName());
        Files.move(link, folder.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
        if (before != null) {
            MoreFiles.deleteRecursively(before, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    @Override
    public void close() throws IOException {
        kubelet.shutdownNow();
        if (Files.exists(folder)) {
            MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }
}
