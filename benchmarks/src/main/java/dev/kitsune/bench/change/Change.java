package dev.kitsune.bench.change;

import dev.kitsune.bench.world.Catalogs;
import dev.kitsune.bench.world.World;

/** A way to change one virtual environment, over and over. */
enum Change {
    /** Another value of its variable: one RouteConfiguration of every sidecar that loaded it. */
    VARIABLE {
        @Override
        String text(World world, int virtualEnvironment, int repetition) {
            return world.virtualEnvironment(virtualEnvironment, "hello-" + repetition, "");
        }
    },
    /** Its own version of a component that everybody calls, or not: again one RouteConfiguration. */
    VERSION {
        @Override
        String text(World world, int virtualEnvironment, int repetition) {
            String callee = repetition % 2 == 0 ? "own-" + virtualEnvironment : "";
            return world.virtualEnvironment(virtualEnvironment, Catalogs.greeting(virtualEnvironment), callee);
        }
    },
    /** It comes, and goes: two scopes of every sidecar, loaded or not. */
    EXISTENCE {
        @Override
        String text(World world, int virtualEnvironment, int repetition) {
            return repetition % 2 == 0 ? world.virtualEnvironment(virtualEnvironment, "new", "") : "";
        }
    };

    /** What the virtual environment's file holds; empty for no file. */
    abstract String text(World world, int virtualEnvironment, int repetition);
}
