/** Secrets: the only resources that hold a secret's value. */
@NullMarked
package dev.kitsune.envoy.secret;

import org.jspecify.annotations.NullMarked;
