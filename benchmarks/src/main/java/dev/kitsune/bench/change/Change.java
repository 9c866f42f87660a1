package dev.kitsune.bench.change;

import dev.kitsune.bench.world.Catalogs;
import dev.kitsune.bench.world.World;

/** A way to change one environment, over and over. */
enum Change {
    /** Another value of its variable: one RouteConfiguration of every sidecar that loaded it. */
    VARIABLE {
        @Override
        String text(World world, int environment, int repetition) {
            return world.environment(environment, "hello-" + repetition, "");
        }
    },
    /** Its own version of a component that everybody calls, or not: again one RouteConfiguration. */
    VERSION {
        @Override
        String text(World world, int environment, int repetition) {
            String callee = repetition % 2 == 0 ? "own-" + environment : "";
            return world.environment(environment, Catalogs.greeting(environment), callee);
        }
    },
    /** It comes, and goes: two scopes of every sidecar, loaded or not. */
    EXISTENCE {
        @Override
        String text(World world, int environment, int repetition) {
            return repetition % 2 == 0 ? world.environment(environment, "new", "") : "";
        }
    };

    /** What the environment's file holds; empty for no file. */
    abstract String text(World world, int environment, int repetition);
}
