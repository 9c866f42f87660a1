package dev.kitsune.xds.cli;

/** How a command prints a list: to be looked at, or to be read by a program. */
enum ListFormat {
    table,
    json,
    yaml;

    /** A value as JSON or YAML, ending with a line break. */
    String print(Object value) {
        return (this == yaml ? OutputFormat.yaml : OutputFormat.json).print(value);
    }
}
