/** The state in a folder: releases, sightings and last good versions as files. All that writes them is here. */
@NullMarked
package dev.kitsune.xds.state;

import org.jspecify.annotations.NullMarked;
