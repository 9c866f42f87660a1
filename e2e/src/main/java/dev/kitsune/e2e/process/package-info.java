/** Child processes, which end with this program. */
@NullMarked
package dev.kitsune.e2e.process;

import org.jspecify.annotations.NullMarked;
