package dev.kitsune.xds.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The files of earlier processes are read completely, and written again in the same form. */
class StateFormatTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static String resource(String name) throws IOException {
        try (InputStream in = StateFormatTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static JsonNode tree(byte[] text) throws IOException {
        return JSON.readTree(text);
    }

    @Test
    void releasesAreReadAndWrittenInTheSameForm() throws Exception {
        byte[] kept = resource("releases.json").getBytes(StandardCharsets.UTF_8);

        assertThat(tree(StateJson.of(StateJson.statuses(kept)))).isEqualTo(tree(kept));
    }

    @Test
    void lastGoodVersionsAreReadAndWrittenInTheSameForm() throws Exception {
        for (String line : resource("lastgood.jsonl").lines().toList()) {
            assertThat(tree(StateJson.of(StateJson.lastGood(line))))
                    .isEqualTo(tree(line.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
