package dev.kitsune.e2e.node;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** The image of a container, made from files of this machine, as a file that containerd reads. */
final class LocalImage {
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+\\.so\\S*)");
    private static final int EXECUTABLE = 0755;
    private static final int FOR_ALL = 01777;

    private final SortedMap<String, Path> files = new TreeMap<>();

    /** Adds a file, as a program that everybody may run. */
    LocalImage with(Path file, String as) {
        files.put(as, file);
        return this;
    }

    /** Adds a program with the libraries that it loads. */
    LocalImage withProgram(Path program, String as) throws IOException, InterruptedException {
        with(program, as);
        Matcher library = LIBRARY.matcher(NodeCommand.run("ldd", program.toString()));
        while (library.find()) {
            with(Path.of(library.group(1)).toRealPath(), library.group(1));
        }
        return this;
    }

    /**
     * Writes the image.
     *
     * @param folder for this file and for what it is made of
     * @param name with a tag
     * @param command what its containers run unless they say something else
     */
    Path write(Path folder, String name, String... command) throws IOException {
        String base = name.replaceAll("[^a-z0-9]+", "-");
        Path layer = folder.resolve(base + "-layer.tar");
        writeLayer(layer);
        String digest = MoreFiles.asByteSource(layer).hash(Hashing.sha256()).toString();
        String configuration = """
                {"architecture": "%s", "os": "linux",
                 "config": {"Entrypoint": ["%s"], "Env": ["PATH=/usr/local/bin:/usr/bin:/bin"]},
                 "rootfs": {"type": "layers", "diff_ids": ["sha256:%s"]}, "history": [{}]}
                """.formatted(architecture(), String.join("\", \"", command), digest);
        String manifest = """
                [{"Config": "config.json", "RepoTags": ["%s"], "Layers": ["layer.tar"]}]
                """.formatted(name);
        Path image = folder.resolve(base + ".tar");
        try (TarArchiveOutputStream tar = archive(image)) {
            put(tar, "manifest.json", manifest);
            put(tar, "config.json", configuration);
            put(tar, "layer.tar", layer);
        }
        Files.delete(layer);
        return image;
    }

    private static String architecture() {
        return System.getProperty("os.arch", "").equals("aarch64") ? "arm64" : "amd64";
    }

    private void writeLayer(Path layer) throws IOException {
        try (TarArchiveOutputStream tar = archive(layer)) {
            TarArchiveEntry temporary = new TarArchiveEntry("tmp/");
            temporary.setMode(FOR_ALL);
            tar.putArchiveEntry(temporary);
            tar.closeArchiveEntry();
            // What resolves names looks into /etc/hosts first only if it is told so.
            put(tar, "etc/nsswitch.conf", "hosts: files dns\n");
            put(tar, "etc/passwd", "root:x:0:0::/:/\n");
            for (Map.Entry<String, Path> file : files.entrySet()) {
                put(tar, file.getKey().substring(1), file.getValue());
            }
        }
    }

    private static TarArchiveOutputStream archive(Path file) throws IOException {
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        return tar;
    }

    private static void put(TarArchiveOutputStream tar, String name, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private static void put(TarArchiveOutputStream tar, String name, Path file) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(Files.size(file));
        entry.setMode(EXECUTABLE);
        tar.putArchiveEntry(entry);
        Files.copy(file, tar);
        tar.closeArchiveEntry();
    }
}
