package dev.kitsune.model.resolve;

/**
 * The measure of what a change costs.
 *
 * @param virtualEnvironments how many virtual environments were resolved
 * @param problems how many problems were taken in hand, found before or now
 */
record ResolutionCost(int virtualEnvironments, int problems) {
    static final ResolutionCost NONE = new ResolutionCost(0, 0);
}
