package dev.kitsune.xds.cli;

import dev.kitsune.xds.Build;
import picocli.CommandLine.IVersionProvider;

/** The output of {@code --version}. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"kitsune " + Build.version() + " (Java " + Runtime.version() + ")"};
    }
}
