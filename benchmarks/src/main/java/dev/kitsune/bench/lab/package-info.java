/** What every measurement needs: an Envoy, a folder, ports, and a line for each step. */
@NullMarked
package dev.kitsune.bench.lab;

import org.jspecify.annotations.NullMarked;
