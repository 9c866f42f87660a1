package dev.kitsune.model.release;

import dev.kitsune.model.resolve.Resolution;
import java.util.Set;

/**
 * The result of a change after it is decided which releases are in force.
 *
 * @param changed the virtual environments whose status is another, or gone: to be kept before anything is published
 * @param resolution of what is in force; its problems include those of releases that wait
 */
public record Decision(Releases releases, Set<String> changed, Resolution resolution) {
    public Decision {
        changed = Set.copyOf(changed);
    }
}
