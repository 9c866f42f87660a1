/** The things that every measurement needs: an Envoy, a folder, ports, and the progress. */
@NullMarked
package dev.kitsune.bench.lab;

import org.jspecify.annotations.NullMarked;
