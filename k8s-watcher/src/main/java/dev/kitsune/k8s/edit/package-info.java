/** Objects that a user creates, changes and deletes in a cluster by a command. */
@NullMarked
package dev.kitsune.k8s.edit;

import org.jspecify.annotations.NullMarked;
