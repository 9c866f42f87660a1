/** A client that sends requests as fast as they are answered, and checks every answer. */
@NullMarked
package dev.kitsune.bench.load;

import org.jspecify.annotations.NullMarked;
