package dev.kitsune.k8s.status;

import dev.kitsune.model.manifest.ObjectKey;
import org.jspecify.annotations.Nullable;

/**
 * An Event that users see at an object.
 *
 * @param uid of the object; null if it does not exist
 * @param good whether it is what users hope for
 */
record StatusEvent(ObjectKey object, @Nullable String uid, boolean good, String reason, String message) {}
