package dev.kitsune.k8s.watch;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** What an error of the API server means. */
public final class ApiRefusal {
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int UNAUTHORIZED = 401;
    private static final int CONFLICT = 409;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;

    private ApiRefusal() {}

    /** Whether the API server has answered at all. */
    public static boolean isAnswer(KubernetesClientException e) {
        return e.getCode() > 0;
    }

    /** Whether the API server has answered that the objects may not be read, or that it has no such objects. */
    public static boolean is(KubernetesClientException e) {
        return e.getCode() == FORBIDDEN || e.getCode() == NOT_FOUND || e.getCode() == UNAUTHORIZED;
    }

    /** Whether the API server itself has failed, or has too much to do. */
    public static boolean isFailure(KubernetesClientException e) {
        return e.getCode() >= SERVER_ERROR || e.getCode() == TOO_MANY;
    }

    /** Whether the user may not do that. */
    static boolean isForbidden(KubernetesClientException e) {
        return e.getCode() == FORBIDDEN;
    }

    /** Whether the API server has no such objects. */
    public static boolean isUnknown(KubernetesClientException e) {
        return e.getCode() == NOT_FOUND;
    }

    /** Whether the API server does not know the user. */
    static boolean isNobody(KubernetesClientException e) {
        return e.getCode() == UNAUTHORIZED;
    }

    /** Whether the API server has refused to write over a version that is not the newest any more. */
    public static boolean isConflict(KubernetesClientException e) {
        return e.getCode() == CONFLICT;
    }

    /** Returns the reason as the end of a sentence. */
    public static String words(KubernetesClientException e) {
        if (e.getStatus() != null && e.getStatus().getMessage() != null) {
            return oneLine(e.getStatus().getMessage());
        }
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return oneLine(cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
    }

    private static String oneLine(String text) {
        return text.replace('\n', ' ');
    }
}
