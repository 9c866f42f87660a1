package dev.kitsune.e2e.kube;

import dev.kitsune.e2e.process.ChildProcess;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The kubelet of the pods of a namespace that run Kitsune's image and end, such as those of Helm's hooks and of Jobs. A
 * pod succeeds if its program ends with 0.
 */
final class EndingPods implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Controllers write the same objects, but none of them all the time. */
    private static final int TRIES = 10;

    private final ApiServer server;
    private final PodProgram program;
    private final Map<String, ChildProcess> running = new ConcurrentHashMap<>();
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final SharedIndexInformer<Pod> informer;

    EndingPods(PodProgram program, String namespace) {
        this.server = program.server();
        this.program = program;
        this.informer = server.client().pods().inNamespace(namespace).inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Pod pod) {
                if (!"Always".equals(pod.getSpec().getRestartPolicy())) {
                    workers.execute(() -> run(pod));
                }
            }

            @Override
            public void onUpdate(Pod before, Pod now) {
                // A pod runs its program once.
            }

            @Override
            public void onDelete(Pod pod, boolean unknown) {
                ChildProcess process = running.remove(pod.getMetadata().getUid());
                if (process != null) {
                    process.close();
                }
            }
        });
    }

    private void run(Pod pod) {
        try (ChildProcess process = program.start(pod)) {
            running.put(pod.getMetadata().getUid(), process);
            process.awaitEnd(PATIENCE);
            int code = process.isAlive() ? -1 : process.exitCode();
            report(pod, ended(pod, code, process.log()));
        } catch (IOException e) {
            throw new IllegalStateException(pod.getMetadata().getName(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running.remove(pod.getMetadata().getUid());
        }
    }

    private static PodStatus ended(Pod pod, int code, String log) {
        return new PodStatusBuilder()
                .withPhase(code == 0 ? "Succeeded" : "Failed")
                .withContainerStatuses(new ContainerStatusBuilder()
                        .withName(pod.getSpec().getContainers().get(0).getName())
                        .withImage(pod.getSpec().getContainers().get(0).getImage())
                        .withImageID("")
                        .withReady(false)
                        .withRestartCount(0)
                        .withNewState()
                        .withNewTerminated()
                        .withExitCode(code)
                        .withMessage(log)
                        .endTerminated()
                        .endState()
                        .build())
                .build();
    }

    private void report(Pod pod, PodStatus status) {
        for (int again = 0; again < TRIES; again++) {
            try {
                server.client()
                        .pods()
                        .inNamespace(pod.getMetadata().getNamespace())
                        .withName(pod.getMetadata().getName())
                        .editStatus(now -> {
                            if (now.getMetadata()
                                    .getUid()
                                    .equals(pod.getMetadata().getUid())) {
                                now.setStatus(status);
                            }
                            return now;
                        });
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                    return; // Nobody waits for it any more.
                }
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                    throw e;
                }
            }
        }
        throw new IllegalStateException(
                "others change the pod " + pod.getMetadata().getName() + " all the time");
    }

    @Override
    public void close() {
        informer.close();
        workers.shutdownNow();
        running.values().forEach(ChildProcess::close);
    }
}
