package dev.kitsune.model.read;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a YAML stream into documents, so that each is read separately. A long document does not slow down the others,
 * and an error in one does not affect the next. YAML itself makes this possible: a line that begins with {@code ---} or
 * {@code ...} is a marker wherever it stands. A byte order mark at the beginning of a line is one of a file that was
 * appended to another.
 */
final class DocumentSplit {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /**
     * One document with its marker and its directives.
     *
     * @param line the number of its first line in the whole text, from 0
     */
    record DocumentPiece(String text, int line) {}

    private final String text;
    private final List<DocumentPiece> pieces = new ArrayList<>();
    private int start;
    private int startLine;
    /** Whether the piece has only directives, comments and empty lines so far. */
    private boolean prologue = true;

    private DocumentSplit(String text) {
        this.text = text;
    }

    static List<DocumentPiece> of(String text) {
        DocumentSplit split = new DocumentSplit(text);
        split.run();
        return split.pieces;
    }

    private void run() {
        int line = 0;
        int at = 0;
        while (at < text.length()) {
            int end = endOfLine(at);
            if (text.charAt(at) == BYTE_ORDER_MARK) {
                cut(at, line);
            }
            int content = text.charAt(at) == BYTE_ORDER_MARK ? at + 1 : at;
            if (isMarker("---", content)) {
                if (!prologue) {
                    cut(at, line);
                }
                prologue = false;
            } else {
                prologue &= isOfPrologue(content, end);
            }
            boolean ends = isMarker("...", content);
            at = end;
            line++;
            if (ends) {
                cut(at, line);
            }
        }
        cut(text.length(), line);
    }

    private void cut(int at, int line) {
        if (at > start) {
            pieces.add(new DocumentPiece(text.substring(start, at), startLine));
        }
        start = at;
        startLine = line;
        prologue = true;
    }

    /** Returns the position after the line break. */
    private int endOfLine(int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                return i + 1;
            }
            if (c == '\r') {
                return i + 1 < text.length() && text.charAt(i + 1) == '\n' ? i + 2 : i + 1;
            }
        }
        return text.length();
    }

    private boolean isMarker(String marker, int at) {
        return text.startsWith(marker, at) && (at + 3 == text.length() || isBlank(text.charAt(at + 3)));
    }

    private boolean isOfPrologue(int from, int end) {
        int i = from;
        while (i < end && isBlank(text.charAt(i))) {
            i++;
        }
        return i == end || text.charAt(i) == '#' || text.charAt(from) == '%';
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
}
