package dev.kitsune.xds.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the commands of {@code env} with the shop of {@link ExplainCommandTest}. */
class EnvCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final VirtualEnvironmentName FIX = new VirtualEnvironmentName("fix");

    @TempDir
    Path dir;

    private Path envs;

    @BeforeEach
    void write() throws IOException {
        envs = Files.createDirectory(dir.resolve("envs"));
        Files.writeString(envs.resolve("shop.yaml"), ExplainCommandTest.SHOP);
        Files.createDirectories(envs.resolve("secrets/pins"));
        Files.writeString(envs.resolve("secrets/pins/dev"), "a-secret-value");
    }

    private Run env(String command, String... arguments) {
        List<String> all = new ArrayList<>(List.of("env", command));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--dir", envs.toString()));
        return Run.of(all.toArray(String[]::new));
    }

    private String file(String name) throws IOException {
        return Files.readString(envs.resolve(name));
    }

    @Test
    void listShowsWhatEachOverridesItself() throws IOException {
        for (String name : List.of("pr-10", "pr-2")) {
            assertThat(env("create", name, "--parent", "main").exitCode()).isZero();
        }
        Run list = env("list");

        assertThat(list.exitCode()).isZero();
        assertThat(list.out()).isEqualTo("""
                NAME   ENVIRONMENT  PARENT  STATE    UNIQUE TO IT
                fix    dev          main    Served   shop/cart@c2
                lost   -            nobody  LeftOut  -
                main   dev          -       Served   -
                pr-2   dev          main    Served   -
                pr-10  dev          main    Served   -
                """);
        assertThat(env("list", "-o", "name").out()).isEqualTo("fix\nlost\nmain\npr-2\npr-10\n");
        assertThat(env("list", "-o", "wide").out()).contains("NAMESPACE", "greeting");
        JsonNode json = JSON.readTree(env("list", "-o", "json").out());
        assertThat(json.at("/0/components/shop~1cart").asText()).isEqualTo("c2");
        assertThat(json.at("/1/problems").asInt()).isEqualTo(1);
        assertThat(env("list", "-o", "yaml").out()).startsWith("- name: fix\n");
    }

    @Test
    void showPrintsEveryValueWithItsOrigin() throws IOException {
        Run show = env("show", "fix");

        assertThat(show.exitCode()).isZero();
        assertThat(show.out())
                .startsWith("fix, of the environment dev\n")
                .contains("  VirtualEnvironment/shop/fix\n  VirtualEnvironment/shop/main\n  Environment/dev\n")
                .contains("shop/cart", "c2", "nothing serves it", "VirtualEnvironment/shop/fix spec.components.cart")
                .contains("greeting", "Howdy")
                .contains("pin", "Environment/dev spec.data.secrets.pin")
                .contains("curl -H 'kitsune-env: fix'", "http://fix.preview.localhost/")
                .doesNotContain("a-secret-value");
        assertThat(JSON.readTree(env("show", "fix", "-o", "json").out())
                        .at("/variables/0/value")
                        .asText())
                .isEqualTo("Howdy");
        assertThat(env("show", "fxi")).matches(run -> run.exitCode() == 2).matches(run -> run.err()
                .contains("did you mean \"fix\"?"));
        assertThat(env("show", "lost").err()).contains("left out because of a problem");
    }

    @Test
    void createWritesAFileOfItsOwn() throws IOException {
        Run created = env(
                "create",
                "my-idea",
                "--parent",
                "fix",
                "--component",
                "cart=12e4",
                "--var",
                "greeting=7",
                "--var",
                "size=1.10",
                "--secret-from",
                "pins/dev",
                "--expires",
                "72h");

        assertThat(created.exitCode()).as(created.err()).isZero();
        assertThat(created.out())
                .startsWith("created my-idea in " + envs.resolve("my-idea.yaml") + "\n")
                .contains("curl -H 'kitsune-env: my-idea' http://GATEWAY/");
        assertThat(file("my-idea.yaml")).isEqualTo("""
                apiVersion: kitsune.dev/v1alpha1
                kind: VirtualEnvironment
                metadata: {name: my-idea, namespace: shop}
                spec:
                  parent: fix
                  components: {cart: "12e4"}
                  data: {variables: {greeting: "7", size: 1.10}, secrets: {dev: {secretRef: {name: pins, key: dev}}}}
                  expiresAfter: {age: 72h}
                """);
        assertThat(JSON.readTree(env("show", "my-idea", "-o", "json").out())
                        .at("/variables/0/value")
                        .asText())
                .isEqualTo("7");
    }

    @Test
    void createRefusesWhatWouldNotWork() throws IOException {
        assertThat(env("create", "fix", "--parent", "main"))
                .matches(run -> run.exitCode() == 1)
                .matches(run -> run.err().contains("there is a virtual environment fix already"));
        assertThat(env("create", "new")).matches(run -> run.exitCode() == 2).matches(run -> run.err()
                .contains("--parent"));
        assertThat(env("create", "new", "--parent", "mian").err()).contains("did you mean \"main\"?");
        assertThat(env("create", "new", "--environment", "dve").err()).contains("did you mean \"dev\"?");
        assertThat(env("create", "new", "--parent", "main", "--secret-from", "stripe")
                        .err())
                .contains("expected SECRET/KEY");
        Run unknown = env("create", "new", "--parent", "main", "--component", "kart=c2");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).contains("nothing was written", "kart");
        assertThat(env("create", "New", "--parent", "main").exitCode()).isNotZero();
        assertThat(envs.resolve("new.yaml")).doesNotExist();
    }

    @Test
    void setChangesOnlyTheTextOfTheFields() throws IOException {
        String before = file("shop.yaml");
        Run set = env("set", "fix", "--var", "greeting=Ahoy", "--component", "cart=c1");

        assertThat(set.exitCode()).as(set.err()).isZero();
        assertThat(file("shop.yaml")).isEqualTo(before.replace("Howdy", "Ahoy").replace("{cart: c2}", "{cart: c1}"));
        assertThat(env("set", "fix", "--inherit-var", "greeting", "--inherit-component", "cart")
                        .exitCode())
                .isZero();
        assertThat(file("shop.yaml"))
                .isEqualTo(before.replace(
                        "spec: {parent: main, data: {variables: {greeting: Howdy}}, components: {cart: c2}}",
                        "spec: {parent: main}"));
    }

    @Test
    void setRefusesWhatWouldNotWork() throws IOException {
        String before = file("shop.yaml");

        assertThat(env("set", "fix", "--component", "kart=c2").err()).contains("nothing was written", "kart");
        assertThat(env("set", "fix", "--expires", "soon").err()).contains("nothing was written", "soon");
        assertThat(env("set", "fix").exitCode()).isEqualTo(2);
        assertThat(env("set", "fxi", "--var", "a=b").err()).contains("did you mean \"fix\"?");
        assertThat(file("shop.yaml")).isEqualTo(before);
    }

    @Test
    void deleteRemovesTheTextAndAnEmptyFile() throws IOException {
        env("create", "my-idea", "--parent", "fix");
        assertThat(env("delete", "fix")).matches(run -> run.exitCode() == 1).matches(run -> run.err()
                .contains("fix is the parent of my-idea"));

        assertThat(env("delete", "my-idea").exitCode()).isZero();
        assertThat(envs.resolve("my-idea.yaml")).doesNotExist();
        assertThat(env("delete", "fix").exitCode()).isZero();
        assertThat(file("shop.yaml")).doesNotContain("name: fix").contains("name: main", "name: lost");
        assertThat(env("list", "-o", "name").out()).isEqualTo("lost\nmain\n");
    }

    @Test
    void aCommandIsNeeded() {
        assertThat(Run.of("env")).matches(run -> run.exitCode() == 2).matches(run -> run.err()
                .contains("a command is missing"));
        assertThat(Run.of("env", "lsit").err()).contains("there is no command 'lsit'");
    }

    @Test
    void theOneInUseIsFoundFromFoldersBelow() throws IOException {
        Path below = Files.createDirectories(dir.resolve("a/b"));
        new UsedVirtualEnvironment(dir.resolve("a").resolve(UsedVirtualEnvironment.FILE), FIX, "x-env").write();

        assertThat(UsedVirtualEnvironment.of(below))
                .hasValueSatisfying(used -> assertThat(used.name()).isEqualTo(FIX))
                .hasValueSatisfying(used -> assertThat(used.header()).isEqualTo("x-env"));
        UsedVirtualEnvironment.of(below).ifPresent(UsedVirtualEnvironment::forget);
        assertThat(UsedVirtualEnvironment.of(below)).isEmpty();
    }
}
