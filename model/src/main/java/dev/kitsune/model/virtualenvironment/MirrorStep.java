package dev.kitsune.model.virtualenvironment;

import dev.kitsune.model.index.Chain;
import dev.kitsune.model.index.ChainState;
import dev.kitsune.model.index.ProblemReport;
import dev.kitsune.model.index.Reads;
import dev.kitsune.model.manifest.Environment;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment.Mirror;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.overlay.ChainStep;
import dev.kitsune.model.overlay.ComponentMerge;
import dev.kitsune.model.problem.DidYouMean;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.ResolvedMirror;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment.ResolvedComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the targets of copies of a virtual environment's calls. An error in an entry affects only this entry, and
 * its calls are not copied.
 */
final class MirrorStep {
    private final Chain chain;
    private final Reads reads;
    private final ProblemReport report;

    MirrorStep(Chain chain, Reads reads, ProblemReport report) {
        this.chain = chain;
        this.reads = reads;
        this.report = report;
    }

    Map<ComponentName, List<ResolvedMirror>> mirrors() {
        Map<ComponentName, List<ResolvedMirror>> mirrors = new HashMap<>();
        Set<List<String>> seen = new HashSet<>();
        for (int i = 0; i < chain.mirror().size(); i++) {
            Mirror mirror = chain.mirror().get(i);
            String at = "spec.mirror[" + i + "]";
            ComponentName component = component(mirror.component(), at + ".component");
            Chain to = to(mirror.to(), at + ".to");
            ResolvedComponent target = component == null || to == null ? null : runningIn(to, component, at + ".to");
            if (component != null
                    && target != null
                    && !seen.add(List.of(component.toString(), mirror.to().value()))) {
                unusable(
                        at + ".to",
                        "another entry already copies calls of " + component + " to " + mirror.to()
                                + ": add up the percentages in one entry");
                continue;
            }
            boolean answers = !reads.expired(mirror.to());
            if (component != null && target != null && answers && mirror.percent() > 0) {
                mirrors.computeIfAbsent(component, c -> new ArrayList<>())
                        .add(new ResolvedMirror(
                                mirror.to(), target.version(), mirror.percent(), new Origin(chain.key(), at)));
            }
        }
        mirrors.replaceAll((component, all) -> List.copyOf(all));
        return mirrors;
    }

    private @Nullable ComponentName component(String written, String at) {
        List<ComponentName> meant = chain.components().running().keySet().stream()
                .filter(name ->
                        name.toString().equals(written) || name.component().equals(written))
                .sorted()
                .toList();
        if (meant.isEmpty()) {
            List<String> known = chain.components().running().keySet().stream()
                    .map(name -> written.contains("/") ? name.toString() : name.component())
                    .toList();
            add(
                    ProblemCode.UnknownComponent,
                    at,
                    "no app of the release has a component " + written + DidYouMean.hint(written, known));
        } else if (meant.size() > 1) {
            add(ProblemCode.AmbiguousComponent, at, ComponentMerge.ambiguous(written, meant));
        }
        return meant.size() == 1 ? meant.get(0) : null;
    }

    /**
     * A copy acts in the other virtual environment, with its credentials. The same permission as for a child is
     * therefore required.
     */
    private @Nullable Chain to(VirtualEnvironmentName name, String at) {
        if (name.equals(chain.key().virtualEnvironmentName())) {
            return unusable(
                    at, "virtual environment " + name + " cannot be its own mirror: name another virtual environment");
        }
        ChainState state = reads.chain(name);
        if (state == null) {
            return unusable(
                    at,
                    "there is no virtual environment " + name
                            + DidYouMean.hint(name.value(), reads.names(Kind.VirtualEnvironment, "")));
        }
        Chain to = state.chain();
        if (to == null) {
            return unusable(
                    at, "virtual environment " + name + " is left out because of its own problems: solve them first");
        }
        String environmentName = chain.environment();
        if (!to.environment().equals(environmentName)) {
            return unusable(
                    at,
                    "virtual environment " + name + " belongs to environment " + to.environment()
                            + ", and requests of " + environmentName + " stay in " + environmentName
                            + ": name a virtual environment of " + environmentName);
        }
        Manifest<?> manifest = reads.object(new ObjectKey(Kind.Environment, "", environmentName));
        String refusal = manifest != null && manifest.spec() instanceof Environment environment
                ? ChainStep.refusal(to, environment.children(), chain.key().namespace())
                : "nobody";
        return refusal == null
                ? to
                : unusable(
                        at,
                        "environment " + environmentName + " lets " + refusal
                                + " act in its virtual environments, see its `children`");
    }

    private @Nullable ResolvedComponent runningIn(Chain to, ComponentName component, String at) {
        ResolvedComponent found = to.components().running().get(component);
        if (found == null) {
            unusable(at, "virtual environment " + to.key().name() + " has no component " + component);
        }
        return found;
    }

    private @Nullable Chain unusable(String at, String message) {
        add(ProblemCode.UnusableMirror, at, message);
        return null;
    }

    private void add(ProblemCode code, String at, String message) {
        report.add(code, new Origin(chain.key(), at), message);
    }
}
