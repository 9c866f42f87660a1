package dev.kitsune.xds.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** YAML as kubectl reads it. What is written means the same to every version of YAML. */
final class KubernetesYaml {
    private static final int MAX_CHARACTERS = 64 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private KubernetesYaml() {}

    /**
     * Reads all documents of a text.
     *
     * @throws org.yaml.snakeyaml.error.YAMLException if it is no YAML
     */
    static List<JsonNode> read(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CHARACTERS);
        options.setAllowDuplicateKeys(false);
        List<JsonNode> documents = new ArrayList<>();
        for (Object document : yaml(options).loadAll(text)) {
            if (document != null) {
                documents.add(JSON.valueToTree(document));
            }
        }
        return documents;
    }

    static String write(JsonNode document) {
        return yaml(new LoaderOptions()).dump(JSON.convertValue(document, Object.class));
    }

    private static Yaml yaml(LoaderOptions options) {
        DumperOptions written = new DumperOptions();
        written.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        written.setSplitLines(false);
        return new Yaml(new SafeConstructor(options), new QuotedStrings(written), written, options, new NoTimes());
    }

    /** For kubectl, 2026-11-30 is a text. */
    private static final class NoTimes extends Resolver {
        @Override
        public void addImplicitResolver(Tag tag, Pattern pattern, String first, int limit) {
            if (!tag.equals(Tag.TIMESTAMP)) {
                super.addImplicitResolver(tag, pattern, first, limit);
            }
        }
    }

    /** Quotes every text that some reader may take for something else, such as 12e4567 or no. */
    private static final class QuotedStrings extends Representer {
        private static final Pattern CLEAR = Pattern.compile("[A-Za-z/][A-Za-z0-9_./-]*");
        private static final Set<String> WORDS =
                Set.of("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity");

        QuotedStrings(DumperOptions options) {
            super(options);
        }

        @Override
        protected Node representScalar(Tag tag, String value, ScalarStyle style) {
            if (!tag.equals(Tag.STR)) {
                return super.representScalar(tag, value, style);
            }
            boolean clear = CLEAR.matcher(value).matches() && !WORDS.contains(value.toLowerCase(Locale.ROOT));
            ScalarStyle quoted = value.contains("\n") ? ScalarStyle.LITERAL : ScalarStyle.DOUBLE_QUOTED;
            return super.representScalar(tag, value, clear ? ScalarStyle.PLAIN : quoted);
        }
    }
}
