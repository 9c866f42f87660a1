/** HTTP clients for loopback that can send any Host, and that neither repeat requests nor follow redirects. */
@NullMarked
package dev.kitsune.e2e.http;

import org.jspecify.annotations.NullMarked;
