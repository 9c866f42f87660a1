package dev.kitsune.xds.identity;

import io.grpc.ServerCall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The events of a call that has not begun, for the listener that it has later. No message comes before. */
final class WaitingListener<Q> extends ServerCall.Listener<Q> {
    private final List<Consumer<ServerCall.Listener<Q>>> events = new ArrayList<>();
    private ServerCall.@Nullable Listener<Q> begun;

    /** An event that comes in the meantime waits for the earlier ones. */
    synchronized void begin(Supplier<ServerCall.Listener<Q>> call) {
        ServerCall.Listener<Q> listener = call.get();
        begun = listener;
        events.forEach(event -> event.accept(listener));
        events.clear();
    }

    private void pass(Consumer<ServerCall.Listener<Q>> event) {
        ServerCall.Listener<Q> listener;
        synchronized (this) {
            listener = begun;
            if (listener == null) {
                events.add(event);
                return;
            }
        }
        event.accept(listener);
    }

    @Override
    public void onMessage(Q message) {
        pass(listener -> listener.onMessage(message));
    }

    @Override
    public void onHalfClose() {
        pass(ServerCall.Listener::onHalfClose);
    }

    @Override
    public void onCancel() {
        pass(ServerCall.Listener::onCancel);
    }

    @Override
    public void onComplete() {
        pass(ServerCall.Listener::onComplete);
    }

    @Override
    public void onReady() {
        pass(ServerCall.Listener::onReady);
    }
}
