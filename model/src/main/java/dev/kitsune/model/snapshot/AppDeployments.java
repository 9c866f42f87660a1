package dev.kitsune.model.snapshot;

import java.util.List;

/** The app deployments of an app. */
public record AppDeployments(List<SelectableDeployment> newestFirst, RuleInputs ruleInputs) {
    public static final AppDeployments NONE = new AppDeployments(List.of(), RuleInputs.NONE);

    public AppDeployments {
        newestFirst = List.copyOf(newestFirst);
    }
}
