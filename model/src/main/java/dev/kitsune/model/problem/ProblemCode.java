package dev.kitsune.model.problem;

/** Every code a problem can carry. Each has a scenario that shows it; a code that none shows fails the build. */
public enum ProblemCode {
    /** The file is not YAML, or not UTF-8. */
    UnreadableFile(Severity.ERROR),
    /** A document has no apiVersion or kind, or they are not Kitsune's. */
    UnknownKind(Severity.ERROR),
    UnknownField(Severity.ERROR),
    MissingField(Severity.ERROR),
    WrongType(Severity.ERROR),
    /** A value has the right type but is not allowed by the grammar of a name, an enumeration or a range. */
    InvalidValue(Severity.ERROR),
    /** A plain scalar stands in place of text, and other YAML parsers would change it. */
    UnquotedText(Severity.WARNING),
    /** Two objects have one key, or a mapping has a key twice. */
    DuplicateName(Severity.ERROR),
    /** Two names that differ only in case. */
    CaseConflict(Severity.ERROR),
    /** The Platform reserves the name of a virtual environment for another namespace. */
    NameNotAllowed(Severity.ERROR),
    /** One name as component and adapter in a namespace. */
    NameConflict(Severity.ERROR),
    /** One app in two namespaces. */
    AppConflict(Severity.ERROR),
    /** One component version declared differently in two places. */
    ComponentVersionConflict(Severity.ERROR),
    MissingParent(Severity.ERROR),
    ParentCycle(Severity.ERROR),
    ParentNotAllowed(Severity.ERROR),
    /** The {@code namespaces} of an environment do not select the namespace of a virtual environment. */
    EnvironmentNotAllowed(Severity.ERROR),
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
    /** An object is deleted that an active release or another object needs. */
    DeletionHeld(Severity.ERROR),
    AdapterTargetNotAllowed(Severity.ERROR),
    /** Two adapters at one local port of a component. */
    PortConflict(Severity.ERROR),
    /** A component version that a virtual environment uses and that no workload serves. */
    NoWorkload(Severity.WARNING),
    /** A virtual environment has ended by itself, as its {@code expiresAfter} says. */
    Expired(Severity.WARNING),
    /** A certificate of the gateways that clients refuse soon, or already. */
    ExpiringCertificate(Severity.WARNING),
    /** A name in {@code unset} is not inherited. */
    NothingToUnset(Severity.WARNING),
    /** The folder is missing or has no objects any more. Its last content is still served. */
    EmptyFolder(Severity.ERROR),
    /** Kitsune itself failed while it read, resolved or checked an object. This bug affects that object alone. */
    KitsuneFault(Severity.ERROR);

    private final Severity severity;

    ProblemCode(Severity severity) {
        this.severity = severity;
    }

    public Severity severity() {
        return severity;
    }
}
