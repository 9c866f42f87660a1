package dev.kitsune.xds.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A port that something is to listen on: from 1 to 65535. */
record Port(int number) {
    @Override
    public String toString() {
        return Integer.toString(number);
    }

    /** Reads a port from an option. */
    static final class PortConverter implements ITypeConverter<Port> {
        @Override
        public Port convert(String text) {
            if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 65535) {
                throw new TypeConversionException("'" + text + "': a port is a number from 1 to 65535");
            }
            return new Port(Integer.parseInt(text));
        }
    }
}
