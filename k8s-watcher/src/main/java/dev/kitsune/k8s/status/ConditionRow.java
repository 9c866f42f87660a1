package dev.kitsune.k8s.status;

import dev.kitsune.model.problem.ProblemCode;

/** The condition that a problem makes false, and the reason that it then has. A code without a row does not compile. */
record ConditionRow(ConditionType type, ConditionReason reason) {
    static ConditionRow of(ProblemCode code) {
        return switch (code) {
            case DuplicateName, NameConflict, AppConflict -> accepted(ConditionReason.NameTaken);
            case MissingParent -> accepted(ConditionReason.MissingParent);
            case ParentCycle -> accepted(ConditionReason.ParentCycle);
            case MissingEnvironment -> accepted(ConditionReason.MissingEnvironment);
            case EnvironmentMismatch -> accepted(ConditionReason.EnvironmentMismatch);
            case ParentNotAllowed, AdapterTargetNotAllowed, NameNotAllowed, EnvironmentNotAllowed ->
                accepted(ConditionReason.NotAllowed);
            case Expired -> accepted(ConditionReason.Expired);
            case MissingSecret -> refs(ConditionReason.MissingSecret);
            case MissingAppDeployment, VersionMismatch -> refs(ConditionReason.MissingAppDeployment);
            case MissingVariable, UnknownVariable -> refs(ConditionReason.MissingVariable);
            case DeadlineExceeded -> new ConditionRow(ConditionType.Released, ConditionReason.DeadlineExceeded);
            case NoWorkload -> new ConditionRow(ConditionType.WorkloadsReady, ConditionReason.NoWorkload);
            case UnreadableFile,
                    UnknownKind,
                    UnknownField,
                    MissingField,
                    WrongType,
                    InvalidValue,
                    UnquotedText,
                    CaseConflict,
                    ComponentVersionConflict,
                    VersionRequired,
                    UnknownComponent,
                    AmbiguousComponent,
                    UnknownDependency,
                    VariableType,
                    ValueNotDeliverable,
                    SecretNotInjectable,
                    TemplateError,
                    RuleError,
                    UnusableTokenKeys,
                    ExpiringCertificate,
                    RouteConflict,
                    UnusableMirror,
                    DeletionHeld,
                    PortConflict,
                    NothingToUnset,
                    EmptyFolder,
                    KitsuneFault -> accepted(ConditionReason.Invalid);
        };
    }

    private static ConditionRow accepted(ConditionReason reason) {
        return new ConditionRow(ConditionType.Accepted, reason);
    }

    private static ConditionRow refs(ConditionReason reason) {
        return new ConditionRow(ConditionType.ResolvedRefs, reason);
    }
}
