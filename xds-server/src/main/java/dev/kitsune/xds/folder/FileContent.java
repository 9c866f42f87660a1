package dev.kitsune.xds.folder;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads files that may be missing, unreadable, or far too large. */
final class FileContent {
    static final int MAX_MANIFESTS = 64 * 1024 * 1024;
    /** The limit of Kubernetes for one Secret. */
    static final int MAX_SECRET = 1024 * 1024;

    private FileContent() {}

    /** Returns null if the file is missing. */
    static byte @Nullable [] read(Path file, int most) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            // The size is checked before a file is read.
            if (Files.size(file) > most) {
                throw tooLarge(file, most);
            }
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw tooLarge(file, most);
            }
            return bytes;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static FileSystemException tooLarge(Path file, int most) {
        return new FileSystemException(file.toString(), null, "it is larger than " + most / (1024 * 1024) + " MB");
    }

    /**
     * Returns null if the bytes are neither UTF-8 nor in the encoding that a byte order mark, or the first character,
     * indicates.
     */
    static @Nullable String text(byte[] bytes) {
        try {
            return charset(bytes).newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /**
     * Detects the encoding like YAML: by the byte order mark, or else by the zeros beside an ASCII character at the
     * beginning.
     */
    private static Charset charset(byte[] bytes) {
        int a = at(bytes, 0);
        int b = at(bytes, 1);
        int c = at(bytes, 2);
        int d = at(bytes, 3);
        if ((a == 0 && b == 0 && c == 0xfe && d == 0xff) || (a == 0 && b == 0 && c == 0 && d > 0)) {
            return Charset.forName("UTF-32BE");
        }
        if ((a == 0xff && b == 0xfe && c == 0 && d == 0) || (a > 0 && b == 0 && c == 0 && d == 0)) {
            return Charset.forName("UTF-32LE");
        }
        if ((a == 0xfe && b == 0xff) || (a == 0 && b > 0)) {
            return StandardCharsets.UTF_16BE;
        }
        if ((a == 0xff && b == 0xfe) || (a > 0 && b == 0)) {
            return StandardCharsets.UTF_16LE;
        }
        return StandardCharsets.UTF_8;
    }

    private static int at(byte[] bytes, int index) {
        return index < bytes.length ? bytes[index] & 0xff : -1;
    }

    /** Whether the last line has its end; UTF-16 may have zeros behind it. */
    static boolean endsWithLine(byte[] bytes) {
        int last = bytes.length - 1;
        while (last > 0 && bytes[last] == 0) {
            last--;
        }
        return last < 0 || bytes[last] == '\n';
    }

    /** Returns the reason why a file cannot be read, for a message that already names the file. */
    static String words(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.getMessage();
        return String.valueOf(reason).replace('\n', ' ');
    }
}
