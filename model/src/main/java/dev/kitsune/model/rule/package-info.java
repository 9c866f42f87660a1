/** Route rules: text to a tree of predicates, and their total order. */
@NullMarked
package dev.kitsune.model.rule;

import org.jspecify.annotations.NullMarked;
