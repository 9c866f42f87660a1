/** Route rules as they are evaluated: predicates on a request. */
@NullMarked
package dev.kitsune.model.rule;

import org.jspecify.annotations.NullMarked;
