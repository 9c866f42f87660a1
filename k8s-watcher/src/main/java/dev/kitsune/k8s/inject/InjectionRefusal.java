package dev.kitsune.k8s.inject;

/**
 * Why a pod gets no sidecar.
 *
 * @param field the path of the field at fault
 * @param sentence what is wrong with it, and what to do
 */
public record InjectionRefusal(String field, String sentence) {
    @Override
    public String toString() {
        return field + ": " + sentence;
    }
}
