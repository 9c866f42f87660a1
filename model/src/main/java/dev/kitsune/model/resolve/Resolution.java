package dev.kitsune.model.resolve;

import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.model.snapshot.SnapshotKey;
import java.util.List;
import java.util.Set;

/**
 * A snapshot, what changed in it since the one before, and what is wrong.
 *
 * @param changed every key under which the snapshot before would have given another answer
 * @param problems of the whole snapshot, in {@link Problem#ORDER}
 */
public record Resolution(Snapshot snapshot, Set<SnapshotKey> changed, List<Problem> problems) {}
