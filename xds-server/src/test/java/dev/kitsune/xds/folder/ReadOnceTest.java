package dev.kitsune.xds.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.resolve.Resolution;
import dev.kitsune.model.resolve.Resolver;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadOnceTest {
    @TempDir
    Path temp;

    private TestFolder folder;

    @BeforeEach
    void open() {
        folder = new TestFolder(temp);
    }

    @Test
    void yamlIsReadFromEveryFolderButHiddenOnesAndSecrets() throws IOException {
        folder.environment("a.yaml", "a", "1");
        folder.environment("deep/er/b.yml", "b", "1");
        folder.environment(".hidden.yaml", "c", "1");
        folder.environment(".git/d.yaml", "d", "1");
        folder.environment("secrets/e.yaml", "e", "1");
        folder.environment("secrets/deep/er/f.yaml", "f", "1");
        folder.environment("not.txt", "g", "1");

        CatalogChange change = FolderSource.readOnce(temp);

        assertThat(change.catalog().manifests().keySet())
                .extracting(ObjectKey::name)
                .containsExactlyInAnyOrder("a", "b");
        assertThat(change.objects()).isEqualTo(change.catalog().manifests().keySet());
        assertThat(change.problems()).isEmpty();
    }

    @Test
    void linksAreFollowedExceptInACycle() throws IOException {
        folder.environment(".store/a.yaml", "a", "1");
        Files.createSymbolicLink(temp.resolve("linked"), temp.resolve(".store"));
        Files.createSymbolicLink(temp.resolve("b.yaml"), temp.resolve("gone"));
        Files.createSymbolicLink(temp.resolve(".store/self"), temp.resolve(".store"));

        assertThat(FolderSource.readOnce(temp).catalog().manifests().keySet())
                .extracting(ObjectKey::name)
                .containsExactly("a");
    }

    @Test
    void secretsAreReadWithoutTheirLastNewline() throws IOException {
        folder.write("secrets/stripe/token", "s3cret\n");
        folder.write("secrets/stripe/pem", "a\nb\r\n");
        folder.write("secrets/stripe/.hidden", "x");
        folder.write("secrets/loose", "x");

        CatalogChange change = FolderSource.readOnce(temp);

        SecretId stripe = new SecretId("", "stripe");
        assertThat(change.secrets()).containsExactly(stripe);
        assertThat(change.catalog().secrets())
                .isEqualTo(Map.of(
                        stripe, new Secret(Map.of("token", SecretValue.of("s3cret"), "pem", SecretValue.of("a\nb")))));
    }

    @Test
    void aSecretInTheFormOfAKubernetesVolumeIsRead() throws IOException {
        folder.write("secrets/stripe/..2026/token", "one");
        Files.createSymbolicLink(temp.resolve("secrets/stripe/..data"), Path.of("..2026"));
        Files.createSymbolicLink(temp.resolve("secrets/stripe/token"), Path.of("..data/token"));

        assertThat(FolderSource.readOnce(temp).catalog().secrets())
                .isEqualTo(Map.of(new SecretId("", "stripe"), new Secret(Map.of("token", SecretValue.of("one")))));
    }

    @Test
    void textThatIsNotUtf8IsAProblemOfItsFile() throws IOException {
        Files.write(temp.resolve("a.yaml"), "a: \u00e9".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(FolderSource.readOnce(temp).problems())
                .extracting(p -> p.position() + " " + p.code())
                .containsExactly("a.yaml:1:1 UnreadableFile");
    }

    @Test
    void aUniqueNameIsADuplicateInTheLaterFile() throws IOException {
        folder.environment("b.yaml", "dev", "2");
        folder.environment("a.yaml", "dev", "1");
        folder.virtual("c.yaml", "shop", "main");
        folder.virtual("d.yaml", "pay", "main");
        folder.write("e.yaml", TestFolder.head("Platform", "{name: one}"));
        folder.write("f.yaml", TestFolder.head("Platform", "{name: two}"));

        CatalogChange change = FolderSource.readOnce(temp);

        assertThat(change.problems())
                .extracting(p -> p.position() + " " + p.code())
                .containsExactly("b.yaml:1:1 DuplicateName");
        assertThat(change.problems().get(0).message()).contains("a.yaml:1:1");
        Resolution resolution = Resolver.resolve(change);
        assertThat(resolution.problems())
                .filteredOn(p -> p.code() == ProblemCode.DuplicateName)
                .extracting(p -> p.position() + " " + p.code())
                .containsExactly("b.yaml:1:1 DuplicateName", "d.yaml:1:1 DuplicateName", "f.yaml:1:1 DuplicateName");
        assertThat(Objects.requireNonNull(resolution.snapshot().virtualEnvironment(new VirtualEnvironmentName("main")))
                        .namespace())
                .isEqualTo("shop");
    }

    @Test
    void aMissingFolderIsASentence() {
        assertThatThrownBy(() -> FolderSource.readOnce(temp.resolve("none")))
                .isInstanceOf(NoFolderException.class)
                .hasMessageContaining("there is no folder " + temp.resolve("none"));
    }

    @Test
    void aBrokenFileOnlyAffectsItsOwnObjects() throws IOException {
        folder.environment("a.yaml", "a", "1");
        folder.write("b.yaml", "a: b: c");

        CatalogChange change = FolderSource.readOnce(temp);

        assertThat(change.catalog().manifests()).hasSize(1);
        assertThat(change.problems()).hasSize(1);
    }
}
