package dev.kitsune.xds.identity;

import com.google.common.base.Throwables;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a call begin when it is known who makes it, and ends it when the caller is no longer what he was then. No thread
 * waits in the meantime.
 */
public final class CallerInterceptor implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(CallerInterceptor.class);

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    /** Each of them costs little. All proxies of a mesh may come back at once. */
    private static final int MOST_WAITING = 10_000;

    private static final long CHECK_SECONDS = 10;

    private final CallerCheck check;
    private final Executor workers;
    private final RefusedCalls refused;
    private final CallerShares shares = new CallerShares();
    private final AtomicInteger waiting = new AtomicInteger();

    /** @param workers begin the calls that had to wait */
    public CallerInterceptor(CallerCheck check, Executor workers, MeterRegistry meters) {
        this.check = check;
        this.workers = workers;
        this.refused = new RefusedCalls(meters);
    }

    /** Returns what the server must follow its calls with. */
    public static ServerStreamTracer.Factory tracers() {
        return ArrivingBytes.factory();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // Its last stage begins or refuses the call, whatever happens.
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        ArrivedCall<Q, A> arrived = new ArrivedCall<>(new EndableCall<>(call), headers, next, Context.current());
        CompletableFuture<Caller> answer = check.check(Credentials.of(headers.get(AUTHORIZATION), certificates(call)))
                .toCompletableFuture();
        if (answer.isDone()) {
            return answer.handle((caller, failure) -> answered(arrived, caller, failure))
                    .join();
        }
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            return refuse(
                    arrived,
                    Status.UNAVAILABLE.withDescription("too many calls wait for the check of their credentials"));
        }
        WaitingListener<Q> listener = new WaitingListener<>();
        answer.copy()
                .orTimeout(CHECK_SECONDS, TimeUnit.SECONDS)
                .whenCompleteAsync(
                        (caller, failure) -> {
                            waiting.decrementAndGet();
                            listener.begin(() -> answered(arrived, caller, failure));
                        },
                        workers);
        return listener;
    }

    private <Q, A> ServerCall.Listener<Q> answered(
            ArrivedCall<Q, A> call, @Nullable Caller caller, @Nullable Throwable failure) {
        return caller == null ? refuse(call, status(failure)) : call.begin(caller, shares);
    }

    private <Q, A> ServerCall.Listener<Q> refuse(ArrivedCall<Q, A> call, Status reason) {
        refused.add(reason);
        return call.refuse(reason);
    }

    private static Status status(@Nullable Throwable failure) {
        Throwable cause = failure == null ? new IllegalStateException("no caller") : Throwables.getRootCause(failure);
        if (cause instanceof CallRefusedException refusal) {
            return refusal.status();
        }
        if (cause instanceof TimeoutException) {
            return Status.UNAVAILABLE.withDescription(
                    "the credentials could not be checked within " + CHECK_SECONDS + " seconds");
        }
        LOG.error("the credentials of a call could not be checked", cause);
        return Status.INTERNAL.withDescription("the control plane failed; its log says more");
    }

    private static List<X509Certificate> certificates(ServerCall<?, ?> call) {
        SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return List.of();
        }
        try {
            return Stream.of(session.getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException e) {
            // The client has shown none.
            return List.of();
        }
    }
}
