package dev.kitsune.model.manifest;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An environment: base variables and secrets, and policy.
 *
 * @param namespaces the namespaces whose virtual environments may use it
 */
public record Environment(
        Data data, ReleasePolicy releasePolicy, Selection selection, Children children, LabelSelector namespaces)
        implements Spec {

    /** The rules by which releases of its virtual environments become active. */
    public record ReleasePolicy(
            Environment.ReleasePolicy.ReleaseType type, Duration activationDeadline, History history) {
        public static final ReleasePolicy DEFAULT = new ReleasePolicy(
                Environment.ReleasePolicy.ReleaseType.Testing, Duration.ofMinutes(5), new History(10, 0));

        /** Whether a release follows live data or freezes it. */
        public enum ReleaseType {
            Testing,
            Stable
        }

        /** The size of the history. A {@code count} of 0 keeps none, and {@code ageDays} of 0 means no limit of age. */
        public record History(int count, int ageDays) {}
    }

    /** Says who may select its virtual environments at the gateway. */
    public sealed interface Selection {
        /** Everyone. */
        record Anyone() implements Selection {}

        /** Nobody: only routes lead there. */
        record Nobody() implements Selection {}

        /** The holder of a signed token that names the virtual environment. */
        record Token(
                SecretRef jwks,
                @Nullable String issuer,
                @Nullable String audience,
                String claim,
                String header,
                String cookie)
                implements Selection {}
    }

    /** Says who may name one of its virtual environments as parent. */
    public enum Children {
        Anyone,
        SameNamespace,
        Nobody
    }
}
