package dev.kitsune.model.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RulesPageTest {
    private static final Pattern BLOCK = Pattern.compile("```rule\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern PREDICATE = Pattern.compile("(?m)^\\| `+ ?([A-Z][A-Za-z]+\\(.*?\\)) ?`+ \\|");

    @Test
    void everyRuleOfTheDocumentationIsValid() throws IOException {
        // Tests run in their module's folder.
        String page = Files.readString(Path.of("..", "docs", "rules.md"));
        List<String> rules = new ArrayList<>();
        BLOCK.matcher(page)
                .results()
                .forEach(block -> rules.addAll(block.group(1).lines().toList()));
        List<String> predicates = new ArrayList<>();
        Matcher rows = PREDICATE.matcher(page);
        while (rows.find()) {
            predicates.add(rows.group(1));
        }
        rules.addAll(predicates);

        assertThat(predicates).hasSize(PredicateKind.values().length);
        assertThat(rules).hasSizeGreaterThan(predicates.size() + 5).allSatisfy(rule -> assertThat(
                        RuleTemplate.parse(rule))
                .as(rule)
                .isInstanceOf(RuleTemplate.ParsedRule.ValidRule.class));
    }
}
