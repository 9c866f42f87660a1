/** What was measured, as a table and as JSON. */
@NullMarked
package dev.kitsune.bench.report;

import org.jspecify.annotations.NullMarked;
