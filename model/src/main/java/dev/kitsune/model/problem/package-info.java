/** What is wrong with what a user wrote, as data: collected whole, with its position, never thrown. */
@NullMarked
package dev.kitsune.model.problem;

import org.jspecify.annotations.NullMarked;
