package dev.kitsune.xds.cli;

/** How a command prints what people compare at a glance: aligned, or for programs. */
enum TableFormat {
    table,
    json,
    yaml;

    /** For programs. */
    String print(Object value) {
        return (this == yaml ? OutputFormat.yaml : OutputFormat.json).print(value);
    }
}
