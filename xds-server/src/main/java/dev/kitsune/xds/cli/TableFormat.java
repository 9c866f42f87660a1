package dev.kitsune.xds.cli;

/** The output formats of a command with a table: aligned for people, or for programs. */
enum TableFormat {
    table,
    json,
    yaml;

    /** For programs. */
    String print(Object value) {
        return (this == yaml ? OutputFormat.yaml : OutputFormat.json).print(value);
    }
}
