package dev.kitsune.xds.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.model.expiry.Expiry;
import dev.kitsune.model.expiry.Seen;
import dev.kitsune.model.expiry.Sightings;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.xds.state.SightingsFile;
import dev.kitsune.xds.state.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the command {@code expiry}, and other commands for expired virtual environments, with the shop of {@link
 * ExplainCommandTest}.
 */
class ExpiryCommandTest {
    private final Instant now = Instant.now();
    private final Instant earlier = now.minus(Duration.ofDays(29));

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path dir;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(dir.resolve("shop.yaml"), ExplainCommandTest.SHOP);
        Files.createDirectories(dir.resolve("secrets/pins"));
        Files.writeString(dir.resolve("secrets/pins/dev"), "a-secret-value");
        environment("old", "{idle: 72h, age: 30d}");
        environment("kept", "{age: 1d, pinned: true}");
    }

    private void environment(String name, String expiresAfter) throws IOException {
        Files.writeString(dir.resolve(name + ".yaml"), """
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: %s, namespace: shop}
                spec: {parent: main, components: {cart: c2}, expiresAfter: %s}
                """.formatted(name, expiresAfter));
    }

    private void seen(Seen old, Instant alive) throws IOException {
        Files.createDirectories(dir.resolve(".kitsune"));
        ObjectKey key = new ObjectKey(Kind.VirtualEnvironment, "shop", "old");
        ObjectKey kept = new ObjectKey(Kind.VirtualEnvironment, "shop", "kept");
        try (StateFolder state = new StateFolder(dir.resolve(".kitsune")).open()) {
            new SightingsFile(state)
                    .keep(new Sightings(alive, Map.of(key, old, kept, new Seen(earlier, earlier, null)), null));
        }
    }

    private Run run(String command) {
        return Run.of((command + " --dir " + dir).split(" "));
    }

    private JsonNode row(String options) throws IOException {
        Run run = run("expiry -o json" + options);
        assertThat(run.exitCode()).as(run.err()).isZero();
        return new ObjectMapper().readTree(run.out()).get(1);
    }

    @Test
    void aVirtualEnvironmentThatWasNeverServedIsNew() {
        assertThat(run("expiry").out()).isEqualTo("""
                ENVIRONMENT  STATE   SEEN            USED  ENDS  BY  IDLE  AGE
                kept         Pinned  not served yet  -     -     -   -     1d
                old          New     not served yet  -     -     -   3d    30d
                """);
    }

    @Test
    void itPrintsTheEndAndTheLimit() throws IOException {
        Instant used = now.minus(Duration.ofMinutes(90));
        seen(new Seen(earlier, used, used), now);

        JsonNode row = row("");
        assertThat(row.path("environment").asText()).isEqualTo("old");
        assertThat(row.path("state").asText()).isEqualTo("Served");
        assertThat(row.path("ends").asText())
                .isEqualTo(earlier.plus(Duration.ofDays(30)).toString());
        assertThat(row.path("by").asText()).isEqualTo("age");
        assertThat(row.path("used").asText()).isEqualTo(used.toString());
        assertThat(row(" --in 7d").path("state").asText()).isEqualTo("Ending");
        assertThat(run("expiry").out())
                .contains("kept         Pinned  " + earlier.toString().substring(0, 19));
        assertThat(run("expiry --in soon").exitCode()).isEqualTo(2);
        assertThat(run("expiry --in soon").err()).contains("expected a duration such as");
    }

    @Test
    void timeWithoutARunningProcessIsNotIdle() throws IOException {
        Instant then = now.minus(Duration.ofDays(10));
        Instant used = then.minus(Duration.ofDays(2));
        seen(new Seen(used, used, used), then);
        assertThat(row("").path("state").asText()).isEqualTo("Served");
        assertThat(row(" --in 2d").path("state").asText()).isEqualTo("Ending");

        // A process that wrote its state a moment ago still runs, and the virtual environments that it ended stay so.
        Instant longAgo = now.minus(Duration.ofDays(3)).minus(Expiry.TOLD_LATE);
        seen(new Seen(longAgo, longAgo, null), now.minusSeconds(50));
        assertThat(row("").path("state").asText()).isEqualTo("Expired");
    }

    @Test
    void otherCommandsKnowWhichOnesAreServed() throws IOException {
        String call = "explain --env old --url http://shop.localhost/";
        assertThat(run(call).out()).doesNotContain("expired");
        seen(new Seen(now.minus(Duration.ofDays(31)), now, now), now);

        assertThat(run(call).out()).contains("404", "has expired: it is older than 30d");
        assertThat(run("usage").out()).contains("shop/cart@c2   none       2: fix, kept\n");
        assertThat(run("diff main old").out()).contains("expired", "it is older than 30d");
    }
}
