/** HTTP on loopback, as plainly as a proof needs it: any Host, no retries, no redirects. */
@NullMarked
package dev.kitsune.e2e.http;

import org.jspecify.annotations.NullMarked;
