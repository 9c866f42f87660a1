package dev.kitsune.model.snapshot;

import dev.kitsune.model.rule.Rule;

/** A rule by which genesis requests reach a component, with the virtual environment's variables put in. */
public record ResolvedRoute(Rule rule, int priority, ComponentVersion target, Origin origin) {}
