package dev.kitsune.xds.inspect;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A part of a long list, so that ten thousand virtual environments cost a browser no more than ten do.
 *
 * @param total the number of items that the search found
 * @param offset of the first item
 */
record Page<T>(int total, int offset, List<T> items) {
    private static final int MOST = 500;

    /**
     * The parameters of a request.
     *
     * @param search in lower case; empty for all
     */
    record PageRequest(String search, int offset, int limit) {
        static PageRequest of(@Nullable String search, int offset, int limit) {
            return new PageRequest(
                    search == null ? "" : search.strip().toLowerCase(Locale.ROOT),
                    Math.max(0, offset),
                    Math.min(MOST, Math.max(1, limit)));
        }

        private boolean matches(@Nullable String text) {
            return text != null && text.toLowerCase(Locale.ROOT).contains(search);
        }
    }

    /**
     * @param texts where the search looks
     * @param view made only for what is shown
     */
    static <A, T> Page<T> of(
            Stream<A> all, PageRequest request, Function<A, Stream<@Nullable String>> texts, Function<A, T> view) {
        List<A> found = request.search().isEmpty()
                ? all.toList()
                : all.filter(a -> texts.apply(a).anyMatch(request::matches)).toList();
        return new Page<>(
                found.size(),
                request.offset(),
                found.stream()
                        .skip(request.offset())
                        .limit(request.limit())
                        .map(view)
                        .toList());
    }
}
