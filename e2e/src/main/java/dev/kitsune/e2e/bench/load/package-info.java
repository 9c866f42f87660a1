/** A client that sends requests as fast as they are answered, and checks every answer. */
@NullMarked
package dev.kitsune.e2e.bench.load;

import org.jspecify.annotations.NullMarked;
