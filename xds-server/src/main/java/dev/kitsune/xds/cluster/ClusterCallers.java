package dev.kitsune.xds.cluster;

import dev.kitsune.envoy.WorkloadScope;
import dev.kitsune.k8s.identity.KnownPods;
import dev.kitsune.k8s.identity.PodTokens;
import dev.kitsune.k8s.identity.ReviewedToken;
import dev.kitsune.k8s.identity.ReviewedToken.OfPod;
import dev.kitsune.k8s.identity.ReviewedToken.Unknown;
import dev.kitsune.k8s.identity.ReviewedToken.Wrong;
import dev.kitsune.k8s.read.PodIdentity;
import dev.kitsune.k8s.serve.ClusterParts;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Workload;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.xds.identity.CallRefusedException;
import dev.kitsune.xds.identity.Caller;
import dev.kitsune.xds.identity.CallerCheck;
import dev.kitsune.xds.identity.CallerStanding;
import dev.kitsune.xds.identity.Credentials;
import dev.kitsune.xds.identity.ProxyRights;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The pods that call. Each shows the token that is projected into it. What it may have follows from the pod as the API
 * server has it, and never from what the caller says of itself.
 */
final class ClusterCallers implements CallerCheck, AutoCloseable {
    private static final String SHOW =
            "show the token that is projected into the pod for the audience " + PodTokens.AUDIENCE;

    private final GatewayAccount gateways;
    private final KnownPods pods = new KnownPods(this::changed);
    private final PodTokens tokens;
    private final Map<ObjectKey, Held> held = new ConcurrentHashMap<>();

    /**
     * The pods of gateways. Everyone can label pods in a namespace of their own, so a label makes no gateway.
     *
     * @param namespace in which Kitsune runs
     * @param name of their service account
     */
    record GatewayAccount(String namespace, String name) {
        boolean has(PodIdentity pod) {
            return pod.key().namespace().equals(namespace) && pod.account().equals(name);
        }
    }

    /** What a pod was when somebody called as this pod. */
    private record Held(PodIdentity pod, Caller.Identified caller) {}

    ClusterCallers(ClusterParts parts, GatewayAccount gateways) {
        this.gateways = gateways;
        this.tokens = parts.podTokens(pods);
    }

    /** Returns what must be among the listeners of the source. */
    KnownPods pods() {
        return pods;
    }

    @Override
    public CompletionStage<Caller> check(Credentials credentials) {
        if (credentials.token() == null) {
            return CompletableFuture.failedFuture(unauthenticated("no token was shown"));
        }
        return tokens.review(credentials.token()).thenApply(this::caller);
    }

    private Caller caller(ReviewedToken token) {
        try {
            return found(token);
        } catch (CallRefusedException e) {
            throw new CompletionException(e);
        }
    }

    private Caller found(ReviewedToken token) throws CallRefusedException {
        if (token instanceof Wrong wrong) {
            throw unauthenticated(wrong.why());
        }
        if (token instanceof Unknown unknown) {
            throw unavailable(unknown.why());
        }
        OfPod of = (OfPod) token;
        PodIdentity seen = pods.find(of.namespace(), of.name());
        if (seen == null || !seen.uid().equals(of.uid())) {
            throw unavailable("the pod " + of.namespace() + "/" + of.name()
                    + " of this token was deleted, or Kitsune does not know it yet");
        }
        ProxyRights rights = rights(seen);
        Held now = held.compute(
                seen.key(),
                (key, before) -> before != null && isSame(before.pod(), pods.find(of.namespace(), of.name()))
                        ? before
                        : new Held(seen, new Caller.Identified(id(key), rights, new CallerStanding())));
        // The pod may have changed since it was found. Whatever changes from now on ends the standing.
        if (!isSame(now.pod(), pods.find(of.namespace(), of.name()))) {
            changed(seen.key());
        }
        return now.caller();
    }

    private ProxyRights rights(PodIdentity pod) throws CallRefusedException {
        if (gateways.has(pod)) {
            return new ProxyRights.GatewayRights();
        }
        Workload workload = pod.workload();
        if (workload == null) {
            throw new CallRefusedException(Status.PERMISSION_DENIED.withDescription("the pod "
                    + id(pod.key()) + " is no workload of the mesh: "
                    + (pod.problems().isEmpty()
                            ? "label it, or its namespace, with kitsune.dev/inject: enabled"
                            : String.join("; ", pod.problems()))));
        }
        return new ProxyRights.WorkloadRights(
                new ComponentVersion(workload.app(), workload.component(), workload.version()),
                WorkloadScope.exactly(pod.key().namespace(), pod.key().name()));
    }

    private static String id(ObjectKey pod) {
        return pod.namespace() + "/" + pod.name();
    }

    /** Ends the calls of a pod that is not any more what it was. */
    private void changed(ObjectKey key) {
        List<Caller.Identified> ended = new ArrayList<>();
        held.computeIfPresent(key, (pod, before) -> {
            if (isSame(before.pod(), pods.find(pod.namespace(), pod.name()))) {
                return before;
            }
            ended.add(before.caller());
            return null;
        });
        boolean gone = pods.find(key.namespace(), key.name()) == null;
        Status why = Status.UNAUTHENTICATED.withDescription("the pod " + id(key)
                + (gone ? " was deleted" : " has changed: connect again to get what it may have now"));
        ended.forEach(caller -> caller.standing().end(why));
    }

    /** The readiness of a pod changes nothing of what it may have. */
    private static boolean isSame(PodIdentity before, @Nullable PodIdentity now) {
        return now != null
                && before.uid().equals(now.uid())
                && before.account().equals(now.account())
                && runs(before.workload()).equals(runs(now.workload()));
    }

    private static String runs(@Nullable Workload workload) {
        return workload == null
                ? ""
                : new ComponentVersion(workload.app(), workload.component(), workload.version()).toString()
                        + workload.environments()
                        + workload.virtualEnvironment();
    }

    private static CallRefusedException unauthenticated(String why) {
        return new CallRefusedException(Status.UNAUTHENTICATED.withDescription(why + ": " + SHOW));
    }

    private static CallRefusedException unavailable(String why) {
        return new CallRefusedException(Status.UNAVAILABLE.withDescription(why + ": try again"));
    }

    @Override
    public void close() {
        tokens.close();
    }
}
