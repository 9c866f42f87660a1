/** What a control plane serves, a folder or a cluster: where it reads, and where it saves its decisions. */
@NullMarked
package dev.kitsune.xds.input;

import org.jspecify.annotations.NullMarked;
