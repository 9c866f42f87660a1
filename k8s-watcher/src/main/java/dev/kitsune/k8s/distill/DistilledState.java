package dev.kitsune.k8s.distill;

/**
 * What became of a component version with a template.
 *
 * @param words the end of a sentence about it
 */
public record DistilledState(DistilledPhase phase, String words) {
    /** The worst comes first. */
    public enum DistilledPhase {
        /** Kitsune may not make Deployments there. */
        NOT_ALLOWED,
        /** The name belongs to somebody else's Deployment. */
        TAKEN,
        FAILED,
        PENDING,
        /** Nobody uses the version, so it has no pods. */
        IDLE,
        AVAILABLE
    }
}
