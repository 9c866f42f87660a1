package dev.kitsune.xds.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kitsune.model.catalog.CatalogChange;
import dev.kitsune.model.manifest.Environment;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Follows a real folder. An invalid object keeps its last good version until the next valid write. */
class FolderSourceTest {
    @TempDir
    Path temp;

    private final List<CatalogChange> changes = new CopyOnWriteArrayList<>();
    private TestFolder folder;
    private FolderSource source;

    @BeforeEach
    void start() throws IOException {
        folder = new TestFolder(Files.createDirectory(temp.resolve("folder")));
        folder.environment("a.yaml", "a", "1");
        folder.environment("b.yaml", "b", "1");
        folder.write("secrets/stripe/token", "one\n");
        folder.write("secrets/stripe/other", "other\n");
        source = new FolderSource(folder.root(), new Known(this::fileOf, this::lastGoodIn));
        source.start(changes::add);
        assertThat(changes).hasSize(1);
        assertThat(values()).isEqualTo(Map.of("a", "1", "b", "1"));
    }

    @AfterEach
    void stop() {
        source.close();
    }

    @Test
    void anEditOnlyChangesItsObject() throws IOException {
        folder.environment("a.yaml", "a", "2");

        awaitValues(Map.of("a", "2", "b", "1"));
        assertThat(laterChanges()).extracting(ObjectKey::name).containsOnly("a");
    }

    @Test
    void anAtomicRenameIsAnEditAndNeverADeletion() throws IOException {
        for (int i = 2; i <= 20; i++) {
            folder.replace("a.yaml", TestFolder.environment("a", String.valueOf(i)));
        }

        awaitValues(Map.of("a", "20", "b", "1"));
        assertThat(changes).allSatisfy(c -> assertThat(c.catalog().manifests()).hasSize(2));
    }

    @Test
    void aDeletedFileDeletesItsObjects() throws IOException {
        folder.delete("a.yaml");

        awaitValues(Map.of("b", "1"));
        assertThat(laterChanges()).extracting(ObjectKey::name).containsOnly("a");
    }

    @Test
    void aFileThatReturnsWithinTheGraceIsNotDeleted() throws IOException {
        folder.delete("a.yaml");
        folder.environment("a.yaml", "a", "2");

        awaitValues(Map.of("a", "2", "b", "1"));
        assertThat(changes).allSatisfy(c -> assertThat(c.catalog().manifests()).hasSize(2));
    }

    @Test
    void anObjectMayMoveToAnotherFile() throws IOException {
        folder.environment("c.yaml", "a", "2");
        folder.delete("a.yaml");

        awaitValues(Map.of("a", "2", "b", "1"));
        await().untilAsserted(() -> assertThat(last().problems()).isEmpty());
        assertThat(changes).allSatisfy(c -> assertThat(c.catalog().manifests()).hasSize(2));
    }

    /** Returns the file in which an object was first seen, as the stored sightings say. */
    private @Nullable String fileOf(ObjectKey key) {
        Manifest<?> manifest =
                changes.isEmpty() ? null : last().catalog().manifests().get(key);
        return manifest == null ? null : manifest.position().file();
    }

    /** Returns the last good versions of the objects of a file, if a pipeline accepts all of them. */
    private List<Manifest<?>> lastGoodIn(String path) {
        return changes.isEmpty()
                ? List.of()
                : last().catalog().manifests().values().stream()
                        .<Manifest<?>>map(manifest -> manifest)
                        .filter(manifest -> manifest.position().file().equals(path))
                        .toList();
    }

    @Test
    void aDuplicateDoesNotReplaceTheServedObject() throws IOException {
        folder.environment("0.yaml", "a", "2");

        awaitProblem("0.yaml", ProblemCode.DuplicateName);
        assertThat(values()).containsEntry("a", "1");
        folder.delete("a.yaml");
        awaitValues(Map.of("a", "2", "b", "1"));
        assertThat(last().problems()).isEmpty();
    }

    @Test
    void brokenYamlKeepsTheLastGoodVersionUntilItIsCorrected() throws IOException {
        folder.write("a.yaml", "apiVersion: [\n");

        awaitProblem("a.yaml", ProblemCode.UnreadableFile);
        assertThat(values()).isEqualTo(Map.of("a", "1", "b", "1"));
        folder.environment("a.yaml", "a", "2");
        awaitValues(Map.of("a", "2", "b", "1"));
        assertThat(last().problems()).isEmpty();
    }

    @Test
    void anInvalidObjectKeepsItsLastGoodVersionWhileOthersChange() throws IOException {
        folder.write(
                "a.yaml",
                TestFolder.head("Environment", "{name: a}") + "spec: {dat: {}}\n---\n"
                        + TestFolder.environment("c", "1"));

        awaitProblem("a.yaml", ProblemCode.UnknownField);
        assertThat(values()).isEqualTo(Map.of("a", "1", "b", "1", "c", "1"));
    }

    @Test
    void aPartialWriteChangesNothing() throws IOException {
        String whole = TestFolder.environment("a", "2") + "---\n" + TestFolder.environment("c", "2");
        for (int end : List.of(0, 40, whole.indexOf("\"2\""), whole.indexOf("---") + 4)) {
            folder.write("a.yaml", whole.substring(0, end));
        }
        folder.write("a.yaml", whole);

        awaitValues(Map.of("a", "2", "b", "1", "c", "2"));
        assertThat(changes).allSatisfy(c -> assertThat(c.catalog().manifests()).containsKeys(keys("a", "b")));
        assertThat(changes).flatExtracting(FolderSourceTest::valuesOf).doesNotContain("a=");
    }

    @Test
    void aFileWithoutALastLineBreakIsReadWhenItIsStable() throws IOException {
        folder.write("a.yaml", TestFolder.environment("a", "2").strip());

        awaitValues(Map.of("a", "2", "b", "1"));
    }

    @Test
    void anEmptiedFolderIsHeldUntilItIsFilledAgain() throws IOException {
        folder.delete("a.yaml");
        folder.delete("b.yaml");

        awaitProblem(".", ProblemCode.EmptyFolder);
        assertThat(values()).isEqualTo(Map.of("a", "1", "b", "1"));
        folder.environment("c.yaml", "c", "1");
        awaitValues(Map.of("c", "1"));
        assertThat(last().problems()).isEmpty();
    }

    @Test
    void aMissingFolderIsHeldUntilItReturns() throws IOException {
        Files.move(folder.root(), temp.resolve("away"));

        awaitProblem(".", ProblemCode.EmptyFolder);
        assertThat(values()).isEqualTo(Map.of("a", "1", "b", "1"));
        assertThat(last().catalog().secrets()).hasSize(1);
        Files.move(temp.resolve("away"), folder.root());
        folder.environment("a.yaml", "a", "2");
        awaitValues(Map.of("a", "2", "b", "1"));
        assertThat(last().problems()).isEmpty();
        folder.environment("a.yaml", "a", "3");
        awaitValues(Map.of("a", "3", "b", "1"));
    }

    @Test
    void aNewSubfolderIsFollowedToo() throws IOException {
        folder.environment("new/er/c.yaml", "c", "1");
        awaitValues(Map.of("a", "1", "b", "1", "c", "1"));

        folder.environment("new/er/c.yaml", "c", "2");
        awaitValues(Map.of("a", "1", "b", "1", "c", "2"));
    }

    @Test
    void aSwappedLinkIsOneChange() throws IOException {
        for (String version : List.of("1", "2")) {
            new TestFolder(temp).environment("v" + version + "/c.yaml", "c", version);
            new TestFolder(temp).environment("v" + version + "/d.yaml", "d", version);
        }
        TestFolder.link(folder.root().resolve("linked"), temp.resolve("v1"));
        awaitValues(Map.of("a", "1", "b", "1", "c", "1", "d", "1"));
        int before = changes.size();

        TestFolder.link(folder.root().resolve("linked"), temp.resolve("v2"));

        awaitValues(Map.of("a", "1", "b", "1", "c", "2", "d", "2"));
        assertThat(changes).hasSize(before + 1);
        new TestFolder(temp).environment("v2/c.yaml", "c", "3");
        awaitValues(Map.of("a", "1", "b", "1", "c", "3", "d", "2"));
    }

    @Test
    void theFolderItselfMayBeASwappedLink() throws IOException {
        new TestFolder(temp).environment("v1/c.yaml", "c", "1");
        new TestFolder(temp).environment("v2/c.yaml", "c", "2");
        TestFolder.link(temp.resolve("current"), temp.resolve("v1"));
        List<CatalogChange> seen = new CopyOnWriteArrayList<>();
        try (FolderSource linked = new FolderSource(temp.resolve("current"))) {
            linked.start(seen::add);
            TestFolder.link(temp.resolve("current"), temp.resolve("v2"));

            await().untilAsserted(() ->
                    assertThat(valuesOf(seen.get(seen.size() - 1))).containsExactly("c=2"));
            new TestFolder(temp).environment("v2/c.yaml", "c", "3");
            await().untilAsserted(() ->
                    assertThat(valuesOf(seen.get(seen.size() - 1))).containsExactly("c=3"));
        }
    }

    @Test
    void theOldTreeMayBeDeletedWithItsLink() throws IOException {
        TestFolder tree = new TestFolder(temp);
        tree.environment("w/v1/deep/c.yaml", "c", "1");
        tree.environment("w/v2/deep/c.yaml", "c", "2");
        TestFolder.link(temp.resolve("current"), Path.of("w/v1"));
        List<CatalogChange> seen = new CopyOnWriteArrayList<>();
        try (FolderSource linked = new FolderSource(temp.resolve("current/deep"))) {
            linked.start(seen::add);
            for (int i = 2; i <= 6; i++) {
                tree.environment("w/v" + i + "/deep/c.yaml", "c", String.valueOf(i));
                TestFolder.link(temp.resolve("current"), Path.of("w/v" + i));
                Files.delete(temp.resolve("w/v" + (i - 1) + "/deep/c.yaml"));
                Files.delete(temp.resolve("w/v" + (i - 1) + "/deep"));
                String value = "c=" + i;
                await().untilAsserted(() ->
                        assertThat(valuesOf(seen.get(seen.size() - 1))).containsExactly(value));
            }
            tree.environment("w/v6/deep/c.yaml", "c", "7");
            await().untilAsserted(() ->
                    assertThat(valuesOf(seen.get(seen.size() - 1))).containsExactly("c=7"));
        }
        assertThat(seen).allSatisfy(c -> assertThat(c.catalog().manifests()).hasSize(1));
    }

    @Test
    void anotherFolderMayReplaceIt() throws IOException {
        TestFolder next = new TestFolder(temp.resolve("next"));
        next.environment("a.yaml", "a", "2");
        next.environment("c.yaml", "c", "2");
        next.write("secrets/stripe/token", "two\n");

        Files.move(folder.root(), temp.resolve("old"));
        Files.move(temp.resolve("next"), folder.root());

        awaitValues(Map.of("a", "2", "c", "2"));
        folder.environment("c.yaml", "c", "3");
        awaitValues(Map.of("a", "2", "c", "3"));
        assertThat(last().problems()).isEmpty();
    }

    /** The folder is swapped after its first file was read. */
    @Test
    void aFolderThatIsSwappedDuringTheFirstReadIsReadCompletely() throws IOException {
        TestFolder tree = new TestFolder(temp);
        tree.environment("v1/c.yaml", "c", "1");
        tree.environment("v1/old.yaml", "d", "1");
        tree.environment("v2/c.yaml", "c", "2");
        tree.environment("v2/new.yaml", "d", "2");
        Path current = temp.resolve("current");
        TestFolder.link(current, Path.of("v1"));
        Known swapping = new Known(key -> null, path -> {
            TestFolder.swap(current, Path.of("v2"));
            return List.of();
        });

        CatalogChange change = FolderSource.readOnce(current, swapping);

        assertThat(valuesOf(change)).containsExactly("c=2", "d=2");
    }

    @Test
    void aStartWaitsForAFolderThatIsMissingForAMoment() {
        Path away = temp.resolve("away");
        TestFolder.move(folder.root(), away);

        FolderListing found = FirstRead.await(folder.root(), path -> {
            FolderListing listing = FolderListing.of(path);
            if (listing == null) {
                TestFolder.move(away, path);
            }
            return listing;
        });

        assertThat(found.manifests()).containsOnlyKeys("a.yaml", "b.yaml");
    }

    /**
     * The files in the volume of a ConfigMap are links through a link, which is swapped before the old folder is
     * deleted.
     */
    @Test
    void aVolumeOfManifestsIsSwapped() throws IOException {
        folder.environment("volume/..1/c.yaml", "c", "1");
        TestFolder.link(folder.root().resolve("volume/..data"), Path.of("..1"));
        Files.createSymbolicLink(folder.root().resolve("volume/c.yaml"), Path.of("..data/c.yaml"));
        awaitValues(Map.of("a", "1", "b", "1", "c", "1"));
        int before = changes.size();

        for (int i = 2; i <= 4; i++) {
            folder.environment("volume/.." + i + "/c.yaml", "c", String.valueOf(i));
            TestFolder.link(folder.root().resolve("volume/..data"), Path.of(".." + i));
            folder.delete("volume/.." + (i - 1) + "/c.yaml");
            folder.delete("volume/.." + (i - 1));
            awaitValues(Map.of("a", "1", "b", "1", "c", String.valueOf(i)));
        }
        assertThat(changes.subList(before, changes.size()))
                .allSatisfy(c -> assertThat(c.catalog().manifests()).hasSize(3));
    }

    @Test
    void aFileMayBeInUtf16() throws IOException {
        String text = TestFolder.environment("a", "\u00e9");
        Files.write(folder.root().resolve("a.yaml"), ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE));
        awaitValues(Map.of("a", "\u00e9", "b", "1"));
        Files.write(folder.root().resolve("a.yaml"), text.replace("\u00e9", "x").getBytes(StandardCharsets.UTF_16BE));
        awaitValues(Map.of("a", "x", "b", "1"));
    }

    @Test
    void aFolderIsReadUpToALimit() throws IOException {
        FolderListing files = Objects.requireNonNull(FolderListing.of(folder.root(), 3, Long.MAX_VALUE));
        assertThat(files.manifests().size() + files.secrets().size()).isEqualTo(3);
        assertThat(files.unreadable().get("")).contains("more than 3 files");
        assertThat(files.isUnknown("a.yaml")).isTrue();

        FolderListing bytes = Objects.requireNonNull(FolderListing.of(folder.root(), 100, 1));
        assertThat(bytes.unreadable().get("")).contains("MB of manifests and secrets");
    }

    @Test
    void aSecretIsRotatedAndRemoved() throws IOException {
        folder.write("secrets/stripe/token", "two\n");
        await().untilAsserted(() -> assertThat(secret())
                .isEqualTo(new Secret(Map.of("token", SecretValue.of("two"), "other", SecretValue.of("other")))));
        assertThat(last().objects()).isEmpty();
        assertThat(last().secrets()).containsExactly(new SecretId("", "stripe"));

        folder.delete("secrets/stripe/token");
        await().untilAsserted(
                        () -> assertThat(secret()).isEqualTo(new Secret(Map.of("other", SecretValue.of("other")))));
        assertThat(changes).noneMatch(c -> c.toString().contains("two"));
    }

    @Test
    void theLastSecretIsRemovedLikeAnyOther() throws IOException {
        folder.delete("secrets/stripe/token");
        folder.delete("secrets/stripe/other");

        await().untilAsserted(() -> assertThat(last().catalog().secrets()).isEmpty());
        assertThat(last().problems()).isEmpty();
    }

    @Test
    void aVolumeOfSecretsIsSwapped() throws IOException {
        folder.write("secrets/kube/..1/key", "one");
        folder.write("secrets/kube/..2/key", "two");
        Path data = folder.root().resolve("secrets/kube/..data");
        Files.createSymbolicLink(data, Path.of("..1"));
        Files.createSymbolicLink(folder.root().resolve("secrets/kube/key"), Path.of("..data/key"));
        SecretId kube = new SecretId("", "kube");
        await().untilAsserted(() -> assertThat(last().catalog().secrets())
                .containsEntry(kube, new Secret(Map.of("key", SecretValue.of("one")))));

        Files.createSymbolicLink(folder.root().resolve("secrets/kube/..data_tmp"), Path.of("..2"));
        Files.move(
                folder.root().resolve("secrets/kube/..data_tmp"),
                data,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);

        await().untilAsserted(() -> assertThat(last().catalog().secrets())
                .containsEntry(kube, new Secret(Map.of("key", SecretValue.of("two")))));
    }

    @Test
    void secretsAreHeldIfAllAreMissing() throws IOException {
        Files.move(folder.root().resolve("secrets"), temp.resolve("secrets"));

        awaitProblem("secrets", ProblemCode.EmptyFolder);
        assertThat(secret().keys()).hasSize(2);
        Files.move(temp.resolve("secrets"), folder.root().resolve("secrets"));
        await().untilAsserted(() -> assertThat(last().problems()).isEmpty());
        assertThat(changes).allSatisfy(c -> assertThat(c.catalog().secrets()).hasSize(1));
    }

    @Test
    void aThousandFilesAtOnceGiveFewChanges() throws IOException {
        Map<String, String> expected = new TreeMap<>(Map.of("a", "1", "b", "1"));
        for (int i = 0; i < 1_000; i++) {
            folder.environment("many/" + i % 10 + "/e" + i + ".yaml", "e" + i, "1");
            expected.put("e" + i, "1");
        }

        awaitValues(expected);
        assertThat(changes.size()).isLessThan(100);
    }

    @Test
    void nothingIsHandedOverAfterClose() throws IOException {
        source.close();
        folder.environment("a.yaml", "a", "2");

        List<CatalogChange> seen = new CopyOnWriteArrayList<>();
        try (FolderSource other = new FolderSource(folder.root())) {
            other.start(seen::add);
            folder.environment("a.yaml", "a", "3");
            await().until(() -> seen.size() > 1);
        }
        assertThat(changes).hasSize(1);
    }

    @Test
    void aMissingFolderCannotBeFollowed() {
        assertThatThrownBy(() -> new FolderSource(temp.resolve("none")).start(changes::add))
                .isInstanceOf(NoFolderException.class);
    }

    private CatalogChange last() {
        return changes.get(changes.size() - 1);
    }

    private Secret secret() {
        return Objects.requireNonNull(last().catalog().secrets().get(new SecretId("", "stripe")));
    }

    private List<ObjectKey> laterChanges() {
        return changes.stream().skip(1).flatMap(c -> c.objects().stream()).toList();
    }

    private Map<String, String> values() {
        Map<String, String> values = new TreeMap<>();
        valuesOf(last()).forEach(v -> values.put(v.substring(0, v.indexOf('=')), v.substring(v.indexOf('=') + 1)));
        return values;
    }

    private static List<String> valuesOf(CatalogChange change) {
        return change.catalog().manifests().values().stream()
                .map(FolderSourceTest::valueOf)
                .sorted()
                .toList();
    }

    private static String valueOf(Manifest<?> manifest) {
        Environment environment = (Environment) manifest.spec();
        return manifest.key().name() + "="
                + environment.data().variables().values().stream()
                        .map(v -> v.text())
                        .findFirst()
                        .orElse("");
    }

    private static ObjectKey[] keys(String... names) {
        return List.of(names).stream()
                .map(n -> new ObjectKey(Kind.Environment, "", n))
                .toArray(ObjectKey[]::new);
    }

    private void awaitValues(Map<String, String> expected) {
        await().untilAsserted(() -> assertThat(values()).isEqualTo(expected));
    }

    private void awaitProblem(String file, ProblemCode code) {
        await().untilAsserted(() ->
                assertThat(last().problems()).extracting(Problem::code).containsExactly(code));
        assertThat(last().problems().get(0).position().file()).isEqualTo(file);
    }
}
