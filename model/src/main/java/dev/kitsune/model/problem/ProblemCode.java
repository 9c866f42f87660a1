package dev.kitsune.model.problem;

/** Every code a problem can carry. Each has a scenario that shows it; a code that none shows fails the build. */
public enum ProblemCode {
    /** The file is not YAML, or not UTF-8. */
    UnreadableFile(Severity.ERROR),
    /** A document without apiVersion and kind, or with ones not of Kitsune. */
    UnknownKind(Severity.ERROR),
    UnknownField(Severity.ERROR),
    MissingField(Severity.ERROR),
    WrongType(Severity.ERROR),
    /** A value of the right type outside what is allowed: a name's grammar, an enum, a range. */
    InvalidValue(Severity.ERROR),
    /** A plain scalar stands where text is meant, and other readers of YAML would change it. */
    UnquotedText(Severity.WARNING),
    /** Two objects with one key, or two keys of one mapping. */
    DuplicateName(Severity.ERROR),
    /** Two names that differ only in case. */
    CaseConflict(Severity.ERROR),
    /** One name as component and adapter in a namespace. */
    NameConflict(Severity.ERROR),
    /** One app in two namespaces. */
    AppConflict(Severity.ERROR),
    /** One component version declared differently in two places. */
    ComponentVersionConflict(Severity.ERROR),
    MissingParent(Severity.ERROR),
    ParentCycle(Severity.ERROR),
    ParentNotAllowed(Severity.ERROR),
    MissingEnvironment(Severity.ERROR),
    EnvironmentMismatch(Severity.ERROR),
    MissingAppDeployment(Severity.ERROR),
    VersionMismatch(Severity.ERROR),
    /** A Stable release, or its app deployment, without a version. */
    VersionRequired(Severity.ERROR),
    UnknownComponent(Severity.ERROR),
    AmbiguousComponent(Severity.ERROR),
    UnknownDependency(Severity.ERROR),
    UnknownVariable(Severity.ERROR),
    MissingVariable(Severity.ERROR),
    MissingSecret(Severity.ERROR),
    VariableType(Severity.ERROR),
    ValueNotDeliverable(Severity.ERROR),
    SecretNotInjectable(Severity.ERROR),
    TemplateError(Severity.ERROR),
    RuleError(Severity.ERROR),
    /** The public keys that check the tokens of an environment are missing, or not public, or of an unknown type. */
    UnusableTokenKeys(Severity.ERROR),
    RouteConflict(Severity.ERROR),
    /** Copies of calls cannot, or may not, go to the virtual environment that {@code mirror} names. */
    UnusableMirror(Severity.ERROR),
    /** A release still had problems at its deadline, and is not tried again. */
    DeadlineExceeded(Severity.ERROR),
    /** Something is deleted that a release in force or another object needs. */
    DeletionHeld(Severity.ERROR),
    AdapterTargetNotAllowed(Severity.ERROR),
    /** Two adapters at one local port of a component. */
    PortConflict(Severity.ERROR),
    /** A component version that a virtual environment uses and that no workload serves. */
    NoWorkload(Severity.WARNING),
    /** A virtual environment has ended by itself, as its {@code expiresAfter} says. */
    Expired(Severity.WARNING),
    /** Something that {@code unset} takes away is not inherited. */
    NothingToUnset(Severity.WARNING),
    /** The folder vanished or holds no objects any more: what was served is held. */
    EmptyFolder(Severity.ERROR),
    /**
     * Kitsune itself failed while it read, resolved or checked an object: a fault of ours, which costs that object
     * alone.
     */
    KitsuneFault(Severity.ERROR);

    private final Severity severity;

    ProblemCode(Severity severity) {
        this.severity = severity;
    }

    public Severity severity() {
        return severity;
    }
}
