/** The state in a cluster: releases in the status of virtual environments, and their frozen content in objects. */
@NullMarked
package dev.kitsune.k8s.state;

import org.jspecify.annotations.NullMarked;
