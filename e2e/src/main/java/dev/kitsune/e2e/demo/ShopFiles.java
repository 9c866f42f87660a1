package dev.kitsune.e2e.demo;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Copies the sample shop's manifests from the program into a folder. */
final class ShopFiles {
    private static final List<String> NAMES = List.of(
            "shop.yaml",
            "environments.yaml",
            "summer-sale.yaml",
            "secrets/payments/main",
            "secrets/payments/cart-fix",
            "secrets/payments/summer-sale");

    private ShopFiles() {}

    static Path copyTo(Path folder) throws IOException {
        for (String name : NAMES) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            try (InputStream text = ShopFiles.class.getResourceAsStream("/demo/" + name)) {
                if (text == null) {
                    throw new FileNotFoundException("the program does not contain the resource /demo/" + name);
                }
                Files.copy(text, file);
            }
        }
        return folder;
    }
}
