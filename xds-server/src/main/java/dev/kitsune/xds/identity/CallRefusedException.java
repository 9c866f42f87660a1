package dev.kitsune.xds.identity;

import io.grpc.Status;

/** A call is refused. The description of the status is for the caller and the log: it never holds a token. */
public final class CallRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Status status;

    /**
     * A refusal.
     *
     * @param status UNAUTHENTICATED or PERMISSION_DENIED with what to do; UNAVAILABLE if the caller shall try again
     */
    public CallRefusedException(Status status) {
        super(status.getDescription());
        this.status = status;
    }

    public Status status() {
        return status;
    }
}
