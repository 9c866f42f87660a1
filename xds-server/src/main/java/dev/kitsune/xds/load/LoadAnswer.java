package dev.kitsune.xds.load;

import dev.kitsune.envoy.scope.Loading;
import dev.kitsune.envoy.scope.Loading.LoadRefusal;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.delta.LoadOutcome;
import org.jspecify.annotations.Nullable;

/**
 * What a replica says of a load.
 *
 * @param refusal the answer to the request; null if the virtual environment is loaded
 */
public record LoadAnswer(LoadOutcome outcome, @Nullable LoadRefusal refusal) {
    static final LoadAnswer LOADED = new LoadAnswer(LoadOutcome.LOADED, null);

    /** The replica has no stream of the proxy. */
    public static LoadAnswer noStream(VirtualEnvironmentName virtualEnvironment) {
        return new LoadAnswer(
                LoadOutcome.NO_STREAM,
                Loading.notInTime(virtualEnvironment, "this proxy has no stream to the control plane"));
    }

    /** The proxy has not acknowledged what it was sent, in time or before its stream has ended. */
    static LoadAnswer unacknowledged(LoadOutcome outcome, VirtualEnvironmentName virtualEnvironment) {
        return new LoadAnswer(
                outcome,
                Loading.notInTime(virtualEnvironment, "this proxy has not acknowledged it to the control plane"));
    }

    LoadAnswer orBetter(LoadAnswer other) {
        return other.outcome.compareTo(outcome) < 0 ? other : this;
    }
}
