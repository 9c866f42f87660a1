package dev.kitsune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.process.Repository;
import dev.kitsune.model.problem.ProblemCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checks that all files, links, headings and packages on the pages exist, and the types and tests in their tables. */
class PagesTest {
    private static final Path ROOT = Repository.root().toAbsolutePath().normalize();
    private static final Pattern BLOCK = Pattern.compile("```.*?```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ +(.*)$", Pattern.MULTILINE);
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern PATH = Pattern.compile("[\\w.*-]+(/[\\w.*-]+)*");
    private static final Pattern SOURCE = Pattern.compile(".*\\.(java|lua|proto|md|py)");
    private static final Pattern TYPE = Pattern.compile("(?:[a-z]+\\.)*(\\*?[A-Z]\\w*)(?:[.#(].*)?");
    /**
     * The names of types here have at least two capitals. Most of Envoy's own names for filters and fields have one.
     */
    private static final Pattern HUMPS = Pattern.compile("\\*?([A-Z][a-z0-9]+){2,}|.*(Test|IT)");

    private static final Pattern PACKAGE =
            Pattern.compile("(?:dev\\.kitsune\\.)?((?:model|envoy|xds|k8s)(?:\\.[a-z]+)+)");
    private static final Set<String> ENVOYS = Set.of("SkipFilter");
    private static final List<String> FOR_CONTRIBUTORS =
            List.of("docs/architecture.md", "docs/what-bites.md", "CONTRIBUTING.md");

    private static Set<String> files = Set.of();
    private static Set<String> types = Set.of();

    @BeforeAll
    static void lookAround() throws IOException {
        try (Stream<Path> top = Files.list(ROOT)) {
            files = top.filter(path -> !isLeftOut(path))
                    .flatMap(PagesTest::walk)
                    .collect(Collectors.toSet());
        }
        Pattern declared = Pattern.compile("\\b(?:class|record|interface|enum) ([A-Z]\\w*)");
        types = new HashSet<>(ENVOYS);
        Arrays.stream(ProblemCode.values()).map(Enum::name).forEach(types::add);
        for (String file : files) {
            if (file.endsWith(".java")) {
                declared.matcher(Files.readString(ROOT.resolve(file)))
                        .results()
                        .forEach(type -> types.add(type.group(1)));
            }
        }
    }

    /** Whether a path holds build output, downloads, or files of tools. */
    private static boolean isLeftOut(Path path) {
        String name = path.getFileName().toString();
        return name.equals("target") || (name.startsWith(".") && !name.equals(".ci"));
    }

    private static Stream<String> walk(Path path) {
        try (Stream<Path> below = Files.walk(path)) {
            return below
                    .map(ROOT::relativize)
                    .filter(found -> found.getNameCount() < 2
                            || !found.getName(1).toString().equals("target"))
                    .map(Path::toString)
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> pages() {
        return files.stream()
                .filter(file -> file.matches("docs/[^/]+\\.md|README\\.md|CONTRIBUTING\\.md"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(String page) throws IOException {
        return BLOCK.matcher(Files.readString(ROOT.resolve(page))).replaceAll("");
    }

    /** Returns the texts between backticks. */
    private static List<String> code(String text) {
        return CODE.matcher(text).results().map(found -> found.group(1)).toList();
    }

    @Test
    void everyLinkLeadsToAFileAndAHeading() throws IOException {
        Set<String> broken = new TreeSet<>();
        for (String page : pages()) {
            for (String link : LINK.matcher(text(page))
                    .results()
                    .map(found -> found.group(1))
                    .toList()) {
                if (link.matches("[a-z]+:.*")) {
                    continue;
                }
                String[] parts = link.split("#", 2);
                Path target = parts[0].isEmpty()
                        ? ROOT.resolve(page)
                        : ROOT.resolve(page).resolveSibling(parts[0]).normalize();
                if (!Files.exists(target) || lacksHeading(target, parts)) {
                    broken.add(page + ": " + link);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    private static boolean lacksHeading(Path target, String[] link) throws IOException {
        return link.length == 2 && !anchors(target).contains(link[1]);
    }

    /** Returns the anchors that GitHub makes from headings. */
    private static Set<String> anchors(Path page) throws IOException {
        return HEADING.matcher(BLOCK.matcher(Files.readString(page)).replaceAll(""))
                .results()
                .map(found -> found.group(1).strip().toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void everyNamedFileExists() throws IOException {
        Set<String> missing = new TreeSet<>();
        for (String page : pages()) {
            code(text(page)).stream()
                    .filter(name -> PATH.matcher(name).matches())
                    .filter(name -> isOfRepository(name) && !exists(name))
                    .forEach(name -> missing.add(page + ": " + name));
        }
        assertThat(missing).isEmpty();
    }

    /** Pages also name users' files, which are manifests and secrets and not in a folder of this repository. */
    private static boolean isOfRepository(String name) {
        String first = name.replaceFirst("/.*", "");
        return SOURCE.matcher(name).matches()
                || (name.contains("/") && files.contains(first) && !name.contains("/target/"));
    }

    /**
     * A name with a folder is a path from the root, where {@code *} stands for any text; one without is found anywhere.
     */
    private static boolean exists(String name) {
        Predicate<String> wanted = Pattern.compile((name.contains("/") ? "" : "(.*/)?")
                        + name.replace(".", "\\.").replace("*", "[^/]*"))
                .asMatchPredicate();
        return files.stream().anyMatch(wanted);
    }

    @Test
    void everyNamedPackageExists() throws IOException {
        Set<String> missing = new TreeSet<>();
        for (String page : pages()) {
            code(text(page))
                    .forEach(name -> PACKAGE.matcher(name).results().limit(1).forEach(found -> {
                        if (found.group().equals(name)
                                && files.stream()
                                        .noneMatch(file -> file.endsWith("src/main/java/dev/kitsune/"
                                                + found.group(1).replace('.', '/')))) {
                            missing.add(page + ": " + name);
                        }
                    }));
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyTypeInTheTablesForContributorsExists() throws IOException {
        Set<String> missing = new TreeSet<>();
        Set<String> seen = new HashSet<>();
        for (String page : FOR_CONTRIBUTORS) {
            text(page)
                    .lines()
                    .filter(line -> line.startsWith("|"))
                    .flatMap(line -> code(line).stream())
                    .flatMap(name -> TYPE.matcher(name).results().limit(1))
                    .map(found -> found.group(1))
                    .filter(name -> HUMPS.matcher(name).matches())
                    .forEach(name -> {
                        seen.add(name);
                        boolean exists = name.startsWith("*")
                                ? types.stream().anyMatch(type -> type.endsWith(name.substring(1)))
                                : types.contains(name);
                        if (!exists) {
                            missing.add(page + ": " + name);
                        }
                    });
        }
        assertThat(missing).isEmpty();
        assertThat(seen).as("the tables are read").contains("ResourceStore", "ExpiryIT", "*CommandTest");
    }
}
