/** Route rules as users write them: text to predicates, variables put in after parsing, and the order of trying them. */
@NullMarked
package dev.kitsune.model.route;

import org.jspecify.annotations.NullMarked;
