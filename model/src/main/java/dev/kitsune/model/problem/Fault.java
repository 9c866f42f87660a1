package dev.kitsune.model.problem;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bug in Kitsune, described by the type and place of an exception. The exception's message is left out, because it
 * may contain a user's text, including secrets.
 */
public record Fault(String exception, String place) {
    /**
     * Runs a step for one object. Any exception is a bug in Kitsune and affects that object alone.
     *
     * @param instead makes the replacement in this case: the object's last good version or nothing, and a problem
     */
    public static <T extends @Nullable Object> T guard(Supplier<T> step, Function<Fault, T> instead) {
        try {
            return step.get();
        } catch (RuntimeException | StackOverflowError e) {
            return instead.apply(of(e));
        }
    }

    /** Describes an exception. */
    public static Fault of(Throwable thrown) {
        String place = Arrays.stream(thrown.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("dev.kitsune."))
                .findFirst()
                .map(Fault::written)
                .orElse("an unknown place");
        return new Fault(thrown.getClass().getSimpleName(), place);
    }

    /** Returns the text for a problem's message. */
    public String sentence() {
        return "this is a fault of Kitsune, please report it: " + exception + " in " + place;
    }

    private static String written(StackTraceElement frame) {
        String type = frame.getClassName();
        return type.substring(type.lastIndexOf('.') + 1) + "." + frame.getMethodName() + ", line "
                + frame.getLineNumber();
    }
}
