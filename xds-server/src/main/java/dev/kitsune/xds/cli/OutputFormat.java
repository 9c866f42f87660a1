package dev.kitsune.xds.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

/** The output formats of a command. */
enum OutputFormat {
    text,
    json,
    yaml;

    /** A value as JSON or YAML, ending with a line break. */
    String print(Object value) {
        ObjectMapper mapper = this == yaml
                ? YAMLMapper.builder()
                        .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                        .disable(YAMLGenerator.Feature.SPLIT_LINES)
                        .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                        .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                        .build()
                : new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        try {
            return mapper.writeValueAsString(value).stripTrailing() + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a view is neither JSON nor YAML", e);
        }
    }
}
