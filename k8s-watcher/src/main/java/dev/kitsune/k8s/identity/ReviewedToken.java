package dev.kitsune.k8s.identity;

/** What is known of a token. */
public sealed interface ReviewedToken {
    /** The API server has said that a pod has it. {@code uid}: of the pod; {@code account}: its service account */
    record OfPod(String namespace, String name, String uid, String account) implements ReviewedToken {}

    /** It proves nothing. {@code why}: a sentence that holds nothing of the token */
    record Wrong(String why) implements ReviewedToken {}

    /** It is not known now. {@code why}: a sentence that holds nothing of the token */
    record Unknown(String why) implements ReviewedToken {}
}
