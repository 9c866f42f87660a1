package dev.kitsune.xds.inspect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns views into answers: one view, or a page of many by the query's {@code search}, {@code offset} and
 * {@code limit}.
 */
final class JsonAnswers {
    private static final ObjectMapper json = new ObjectMapper();
    private static final int USUAL = 50;

    private JsonAnswers() {}

    static void one(Context context, Object view) {
        try {
            context.contentType("application/json").result(json.writeValueAsBytes(view));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a view is no JSON", e);
        }
    }

    /**
     * A page.
     *
     * @param texts the texts that the search covers
     * @param view makes the view of a shown item
     */
    static <A, T> void page(
            Context context, Stream<A> all, Function<A, Stream<@Nullable String>> texts, Function<A, T> view) {
        int offset = number(context, "offset", 0);
        int limit = number(context, "limit", USUAL);
        one(context, Page.of(all, Page.PageRequest.of(context.queryParam("search"), offset, limit), texts, view));
    }

    private static int number(Context context, String name, int otherwise) {
        return context.queryParam(name) == null
                ? otherwise
                : context.queryParamAsClass(name, Integer.class).get();
    }
}
