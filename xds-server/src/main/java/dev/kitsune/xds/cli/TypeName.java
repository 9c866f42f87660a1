package dev.kitsune.xds.cli;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.TypeNames;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A type of resource in an option, with its completion candidates and its parser. */
final class TypeName implements ITypeConverter<ResourceType>, Iterable<String> {
    @Override
    public ResourceType convert(String written) {
        return TypeNames.parse(written).orElseThrow(() -> new TypeConversionException(TypeNames.unknown(written)));
    }

    @Override
    public Iterator<String> iterator() {
        return TypeNames.IN_ORDER.stream().map(TypeNames::plural).iterator();
    }
}
