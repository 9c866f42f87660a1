package dev.kitsune.e2e.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** One version of a Python package, which is installed once into a folder of its own. */
public final class PythonPackage {
    private final VersionFolder installed;
    private final String python;
    private final String requirement;

    /**
     * Creates a package that is not installed yet.
     *
     * @param folder the folder that holds one folder for each version
     * @param python the command of the interpreter
     */
    public PythonPackage(Path folder, String python, String name, String version) {
        this.installed = new VersionFolder(folder, version);
        this.python = python;
        this.requirement = name + "==" + version;
    }

    /** Returns the requirement in pip's form. */
    public String requirement() {
        return requirement;
    }

    /**
     * Returns the folder of the package, after installing it if necessary.
     *
     * @param isInstalled whether a folder holds the package
     * @param beginning receives the folder before the installation
     */
    public Path obtain(Predicate<Path> isInstalled, Consumer<Path> beginning) throws UnobtainableException {
        return installed.obtain(isInstalled, beginning, fresh -> installed.run(pip(fresh), "pip.log", fresh, Map.of()));
    }

    private List<String> pip(Path target) {
        return List.of(
                python,
                "-m",
                "pip",
                "install",
                "--disable-pip-version-check",
                "--no-input",
                "--target",
                target.toString(),
                requirement);
    }
}
