package dev.kitsune.model.read;

import java.io.StringReader;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * One document as SnakeYAML reads it. SnakeYAML's own reader copies its buffer each time a token grows by another
 * kilobyte, so the cost of a long comment or text is quadratic. This reader has the whole text from the beginning. Its
 * marks name lines of the whole file.
 */
final class WholeText extends StreamReader {
    private final int[] codePoints;
    private int at;
    private int line;
    private int column;

    /** {@code firstLine}: the number of the document's first line in its file, from 0 */
    WholeText(String text, int firstLine) {
        super(new StringReader(""));
        this.codePoints = text.codePoints().toArray();
        this.line = firstLine;
        for (int i = 0; i < codePoints.length; i++) {
            if (!isPrintable(codePoints[i])) {
                throw new ReaderException("", i, codePoints[i], "special characters are not allowed");
            }
        }
    }

    @Override
    public Mark getMark() {
        return new Mark("", at, line, column, codePoints, at);
    }

    @Override
    public void forward() {
        forward(1);
    }

    @Override
    public void forward(int length) {
        for (int i = 0; i < length && at < codePoints.length; i++) {
            int c = codePoints[at++];
            if (c == '\n' || c == 0x85 || c == 0x2028 || c == 0x2029 || (c == '\r' && peek() != '\n')) {
                line++;
                column = 0;
            } else if (c != 0xFEFF) {
                column++;
            }
        }
    }

    @Override
    public int peek() {
        return peek(0);
    }

    @Override
    public int peek(int index) {
        return at + index < codePoints.length ? codePoints[at + index] : 0;
    }

    @Override
    public String prefix(int length) {
        return new String(codePoints, at, Math.min(length, codePoints.length - at));
    }

    @Override
    public String prefixForward(int length) {
        String prefix = prefix(length);
        // The skipped text never contains a line break.
        at = Math.min(at + length, codePoints.length);
        column += length;
        return prefix;
    }

    @Override
    public int getColumn() {
        return column;
    }

    /** SnakeYAML's limit on documents. It is checked earlier, where the whole length is known. */
    @Override
    public int getDocumentIndex() {
        return 0;
    }

    @Override
    public void resetDocumentIndex() {
        // There is one document.
    }

    @Override
    public int getIndex() {
        return at;
    }

    @Override
    public int getLine() {
        return line;
    }
}
