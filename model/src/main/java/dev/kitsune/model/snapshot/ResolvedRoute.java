package dev.kitsune.model.snapshot;

import dev.kitsune.model.rule.Rule;

/** A rule that leads genesis requests to a component, rendered with the virtual environment's variables. */
public record ResolvedRoute(Rule rule, int priority, ComponentVersion target, Origin origin) {}
