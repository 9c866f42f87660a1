/** Route rules as users write them: parsing to predicates, rendering with variables, and the order of rules. */
@NullMarked
package dev.kitsune.model.route;

import org.jspecify.annotations.NullMarked;
