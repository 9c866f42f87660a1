package dev.kitsune.model.release;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.Holding.HeldObjects;
import dev.kitsune.model.release.Trying.Attempt;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.resolve.Resolver;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes the next decision from the previous one: the newly requested releases, the waiting releases that become active,
 * and those that exceed their deadline. A release is tried by resolving with it. If that finds errors, the resolution
 * is dropped, and the active release stays. The first try includes all new releases at once, so that a folder without
 * problems is resolved only once.
 */
public final class Releasing {
    private final DecisionInput input;
    private final DecisionDraft draft;
    private final Updating updating;
    private final Trying trying;
    private final Concluding concluding;

    private Releasing(DecisionInput input) {
        this.input = input;
        this.draft = new DecisionDraft(input.before());
        this.updating = new Updating(input, draft);
        this.trying = new Trying(input, draft);
        this.concluding = new Concluding(input, draft);
    }

    /**
     * The next decision.
     *
     * @param resolved the resolution before; null at first, and then everything in the catalog is new
     */
    public static Decision next(
            Releases before, @Nullable Resolution resolved, CatalogChange change, Handed handed, Instant now) {
        HeldObjects held = Holding.of(before, resolved, change, handed, Set.of());
        return new Releasing(DecisionInput.of(before, resolved, held, now)).decide(handed);
    }

    /** Adopts the decisions of another process, without deciding anything. */
    public static Decision follow(
            Releases before, @Nullable Resolution resolved, CatalogChange change, Handed handed, Instant now) {
        // Objects held there may have been needed before any object needed them here.
        HeldObjects held = Holding.of(
                before, resolved, change, handed, change.catalog().lastGood().keySet());
        return new Releasing(DecisionInput.of(before, resolved, held, now)).followed(handed);
    }

    /** Decides as if all releases in the files were active, so that the problems are those that would delay them. */
    public static Decision asWritten(
            Releases before, @Nullable Resolution resolved, CatalogChange change, Handed handed, Instant now) {
        Resolution all = resolved == null ? Resolver.resolve(change) : Resolver.resolve(resolved, change);
        return new Decision(before, Set.of(), all);
    }

    private Decision followed(Handed handed) {
        updating.kept(handed);
        Decision decision = concluding.decision(trying.first(stale(), Set.of()), draft.touched());
        return new Decision(decision.releases(), Set.of(), decision.resolution());
    }

    private Decision decide(Handed handed) {
        updating.update(handed);
        Set<VirtualEnvironmentName> newcomers = new TreeSet<>();
        for (VirtualEnvironmentName name : draft.touched()) {
            draft.forgetTrial(name);
            if (draft.status(name).pending() != null) {
                newcomers.add(name);
            }
        }
        Attempt attempt = new Settling(input, draft, trying).settle(newcomers, stale());
        Set<VirtualEnvironmentName> looked = new HashSet<>(draft.touched());
        looked.addAll(draft.waiting().keySet());
        concluding.age(looked, attempt.resolution());
        return concluding.decision(attempt, looked);
    }

    /** Returns the objects that may differ from the previous decision. */
    private Set<ObjectKey> stale() {
        Set<ObjectKey> keys = new HashSet<>(input.objects());
        keys.addAll(input.moved());
        keys.addAll(input.owners(draft.touched()));
        return keys;
    }
}
