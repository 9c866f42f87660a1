package dev.kitsune.model.release;

import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.HashSet;
import java.util.Set;

/** Adds to a draft the decisions of other processes, the requests of manifests and commands, and the due events. */
final class Updating {
    private final DecisionInput input;
    private final DecisionDraft draft;

    Updating(DecisionInput input, DecisionDraft draft) {
        this.input = input;
        this.draft = draft;
    }

    void update(Handed handed) {
        kept(handed);
        Set<VirtualEnvironmentName> looking = new HashSet<>(handed.kept().keySet());
        looking.addAll(input.named());
        looking.forEach(this::written);
        handed.requests().forEach(this::asked);
        input.before().waits().due().stream()
                .takeWhile(d -> !input.now().isBefore(d.at()))
                .map(Releases.ReleaseDue::virtualEnvironment)
                .filter(draft.statuses()::containsKey)
                .forEach(draft::touch);
    }

    /** Adopts the decisions of another process. */
    void kept(Handed handed) {
        handed.kept().forEach((name, status) -> {
            status.ifPresentOrElse(one -> draft.put(name, one), () -> draft.remove(name));
            draft.forgetTrial(name);
        });
    }

    private void written(VirtualEnvironmentName name) {
        ObjectKey owner = input.names().owner(name);
        ObjectKey other = input.before().names().owner(name);
        boolean deleted = owner == null && input.resolved() != null;
        if (deleted || (other != null && !other.equals(owner))) {
            draft.remove(name); // They belonged to another or a deleted object.
        }
        Manifest<?> manifest =
                owner == null ? null : input.change().catalog().manifests().get(owner);
        if (manifest != null && manifest.spec() instanceof VirtualEnvironment spec) {
            update(name, draft.status(name).written(spec.release(), input.now()));
        }
    }

    private void asked(ReleaseRequest request) {
        VirtualEnvironmentName name = request.virtualEnvironment();
        if (input.names().owner(name) != null) {
            update(name, draft.status(name).asked(request, input.now()));
        }
    }

    private void update(VirtualEnvironmentName name, ReleaseStatus next) {
        if (!next.equals(ReleaseStatus.NONE)) {
            draft.put(name, next);
        }
    }
}
