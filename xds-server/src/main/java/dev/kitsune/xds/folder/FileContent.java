package dev.kitsune.xds.folder;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads files that may be gone, refused, or far too large. */
final class FileContent {
    static final int MAX_MANIFESTS = 64 * 1024 * 1024;
    /** What Kubernetes allows for one Secret. */
    static final int MAX_SECRET = 1024 * 1024;

    private FileContent() {}

    /** Null where the file has gone. */
    static byte @Nullable [] read(Path file, int most) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new FileSystemException(
                        file.toString(), null, "it is larger than " + most / (1024 * 1024) + " MB");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Null where the bytes are not UTF-8. */
    static @Nullable String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Why a file cannot be read, for a message that names the file already. */
    static String words(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.getMessage();
        return String.valueOf(reason).replace('\n', ' ');
    }
}
