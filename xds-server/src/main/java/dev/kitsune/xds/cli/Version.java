package dev.kitsune.xds.cli;

import dev.kitsune.xds.Build;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"kitsune " + Build.version() + " (Java " + Runtime.version() + ")"};
    }
}
