package dev.kitsune.model.resolve;

/**
 * The cost of a change.
 *
 * @param virtualEnvironments the number of virtual environments that were resolved
 * @param problems the number of old and new problems that were processed
 */
record ResolutionCost(int virtualEnvironments, int problems) {
    static final ResolutionCost NONE = new ResolutionCost(0, 0);
}
