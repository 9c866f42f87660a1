package dev.kitsune.bench.change;

import dev.kitsune.bench.world.Catalogs;
import dev.kitsune.bench.world.World;

/** A way to change one virtual environment repeatedly. */
enum Change {
    /** Changes the value of its variable. This changes one RouteConfiguration of every sidecar that has loaded it. */
    VARIABLE {
        @Override
        String text(World world, int virtualEnvironment, int repetition) {
            return world.virtualEnvironment(virtualEnvironment, "hello-" + repetition, "");
        }
    },
    /**
     * Adds or removes its own version of a component that everybody calls. This changes one RouteConfiguration as well.
     */
    VERSION {
        @Override
        String text(World world, int virtualEnvironment, int repetition) {
            String callee = repetition % 2 == 0 ? "own-" + virtualEnvironment : "";
            return world.virtualEnvironment(virtualEnvironment, Catalogs.greeting(virtualEnvironment), callee);
        }
    },
    /**
     * Removes or restores the virtual environment. This changes two scopes and two sets of routes of every sidecar that
     * has loaded it, and nothing at others.
     */
    EXISTENCE {
        @Override
        String text(World world, int virtualEnvironment, int repetition) {
            return repetition % 2 == 0 ? world.virtualEnvironment(virtualEnvironment, "new", "") : "";
        }
    };

    /** Returns the content of the virtual environment's file; empty for no file. */
    abstract String text(World world, int virtualEnvironment, int repetition);
}
