/** Real datastores on loopback, which identify their clients by certificate. */
@NullMarked
package dev.kitsune.e2e.datastore;

import org.jspecify.annotations.NullMarked;
