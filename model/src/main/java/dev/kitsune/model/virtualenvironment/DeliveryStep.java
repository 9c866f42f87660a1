package dev.kitsune.model.virtualenvironment;

import dev.kitsune.model.index.Chain;
import dev.kitsune.model.index.KeyState;
import dev.kitsune.model.index.ProblemReport;
import dev.kitsune.model.index.Reads;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Delivery;
import dev.kitsune.model.snapshot.Delivery.Missing;
import dev.kitsune.model.snapshot.LocalAdapters;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.snapshot.ResolvedAdapter;
import dev.kitsune.model.snapshot.SecretLocation;
import java.util.Map;
import java.util.TreeMap;

/** Checks that every component of a virtual environment gets its declared values. */
final class DeliveryStep {
    private final Chain chain;
    private final Reads reads;
    private final ProblemReport report;
    private final Map<AdapterName, ResolvedAdapter> adapters;

    DeliveryStep(Chain chain, Map<AdapterName, ResolvedAdapter> adapters, Reads reads, ProblemReport report) {
        this.chain = chain;
        this.adapters = adapters;
        this.reads = reads;
        this.report = report;
    }

    void check() {
        new TreeMap<>(chain.components().running()).forEach((name, component) -> {
            Declaration declaration = reads.declaration(component.version());
            if (declaration != null) {
                for (Missing missing : Delivery.of(declaration, chain.overlay()).missing()) {
                    report(component.version(), declaration, missing);
                }
                localPorts(component.version(), declaration);
            }
        });
    }

    private void localPorts(ComponentVersion version, Declaration declaration) {
        LocalAdapters local = LocalAdapters.of(declaration, adapters);
        local.byPort().forEach((port, adapter) -> {
            if (local.isCircular(adapter)) {
                report.add(
                        ProblemCode.PortConflict,
                        new Origin(
                                declaration.origin().object(),
                                declaration.origin().field() + ".dependencies." + adapter.name()),
                        "component " + version + ": adapter " + adapter.name() + " has local port " + port
                                + ", and its address leads back to that port, so a connection would never arrive:"
                                + " give this dependency another `listen`, or the adapter another address");
            }
        });
    }

    private void report(ComponentVersion version, Declaration declaration, Missing missing) {
        String who = "component " + version + ": " + missing.sentence();
        String field = declaration.origin().field();
        Origin variable = new Origin(declaration.origin().object(), field + ".variables." + missing.name());
        Overlay.OverlayVariable value = chain.overlay().variables().get(missing.name());
        switch (missing.reason()) {
            case VARIABLE ->
                report.add(
                        ProblemCode.MissingVariable,
                        variable,
                        who + ": set it in `data.variables`, or give it a default");
            // A default of the wrong type is reported once, at the default.
            case VARIABLE_TYPE -> {
                if (value != null) {
                    report.add(ProblemCode.VariableType, value.origin(), who);
                }
            }
            case NOT_DELIVERABLE ->
                report.add(
                        ProblemCode.ValueNotDeliverable,
                        missing.name().isEmpty() ? declaration.origin() : value == null ? variable : value.origin(),
                        who);
            case SECRET -> secret(declaration, missing, who);
        }
    }

    private void secret(Declaration declaration, Missing missing, String who) {
        Overlay.SecretSource source = chain.overlay().secrets().get(missing.name());
        SecretLocation location = source == null ? null : source.location();
        if (source != null
                && location != null
                && location.key() != null
                && reads.keys(location.secret()).get(location.key()) == KeyState.MANY_LINES) {
            report.add(
                    ProblemCode.ValueNotDeliverable,
                    source.origin(),
                    "secret " + missing.name() + ": " + location
                            + " holds CR, LF, NUL or another control character, which no header can carry");
            return;
        }
        report.add(
                ProblemCode.MissingSecret,
                new Origin(declaration.origin().object(), declaration.origin().field() + ".secrets." + missing.name()),
                source == null ? who + ": set it in `data.secrets`" : who + ": create it");
    }
}
