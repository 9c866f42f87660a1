/** The results, as tables and as JSON. */
@NullMarked
package dev.kitsune.bench.report;

import org.jspecify.annotations.NullMarked;
