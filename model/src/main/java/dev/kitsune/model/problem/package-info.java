/** Users' mistakes as data: collected completely, with their positions, never thrown. */
@NullMarked
package dev.kitsune.model.problem;

import org.jspecify.annotations.NullMarked;
