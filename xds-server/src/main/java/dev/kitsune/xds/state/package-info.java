/** The state in a folder: releases, sightings and last good versions as files. Only this package writes them. */
@NullMarked
package dev.kitsune.xds.state;

import org.jspecify.annotations.NullMarked;
