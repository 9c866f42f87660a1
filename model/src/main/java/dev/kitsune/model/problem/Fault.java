package dev.kitsune.model.problem;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong inside Kitsune, in words that can be shown: the kind of the exception and where it came from. Its message
 * is left out, because that may hold what a user wrote, a secret among it.
 */
public record Fault(String exception, String place) {
    /**
     * Takes a step for one object. Whatever it throws is a fault of ours, and costs that object alone: the others are not
     * touched by it.
     *
     * @param instead what becomes of the object then: its last good version, or nothing, and a problem that says so
     */
    public static <T extends @Nullable Object> T guard(Supplier<T> step, Function<Fault, T> instead) {
        try {
            return step.get();
        } catch (RuntimeException | StackOverflowError e) {
            return instead.apply(of(e));
        }
    }

    /** Of anything that was thrown. */
    public static Fault of(Throwable thrown) {
        String place = Arrays.stream(thrown.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("dev.kitsune."))
                .findFirst()
                .map(Fault::written)
                .orElse("an unknown place");
        return new Fault(thrown.getClass().getSimpleName(), place);
    }

    /** For a problem's message. */
    public String sentence() {
        return "this is a fault of Kitsune, please report it: " + exception + " in " + place;
    }

    private static String written(StackTraceElement frame) {
        String type = frame.getClassName();
        return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethodName() + ", line "
                + frame.getLineNumber();
    }
}
