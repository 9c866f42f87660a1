package dev.kitsune.model.read;

import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * The tags of nodes. SnakeYAML guesses the type of an unquoted scalar by YAML 1.1. Here {@link PlainScalar} decides
 * instead, so such a scalar gets a neutral tag. Every other tag was written by a user.
 */
final class Tags {
    /** The tag of an unquoted scalar without a tag. */
    static final Tag PLAIN = new Tag("tag:kitsune.dev,2026:plain");

    private Tags() {}

    /** Guesses nothing. */
    static final class ByForm extends Resolver {
        @Override
        public Tag resolve(NodeId kind, String value, boolean implicit) {
            return switch (kind) {
                case scalar -> implicit ? PLAIN : Tag.STR;
                case sequence -> Tag.SEQ;
                default -> Tag.MAP;
            };
        }
    }

    /** Whether the tag of a node fits its value. */
    static boolean areRight(Node node) {
        Tag tag = node.getTag();
        if (node instanceof MappingNode) {
            return tag.equals(Tag.MAP);
        }
        if (node instanceof SequenceNode) {
            return tag.equals(Tag.SEQ);
        }
        if (tag.equals(PLAIN) || tag.equals(Tag.STR)) {
            return true;
        }
        return node instanceof ScalarNode scalar
                && scalar.isPlain()
                && switch (PlainScalar.of(scalar.getValue())) {
                    case NUMBER -> tag.equals(Tag.INT) || tag.equals(Tag.FLOAT);
                    case BOOLEAN -> tag.equals(Tag.BOOL);
                    case NOTHING, NULL -> tag.equals(Tag.NULL);
                    case TEXT -> tag.equals(Tag.MERGE) && isMergeKey(node);
                    case DISPUTED -> false;
                };
    }

    /** Whether a scalar stands without quotes, and no tag makes it text. */
    static boolean isPlain(ScalarNode scalar) {
        return scalar.isPlain() && !scalar.getTag().equals(Tag.STR);
    }

    /** Whether a key takes over the entries of other mappings. */
    static boolean isMergeKey(Node key) {
        return key instanceof ScalarNode scalar
                && isPlain(scalar)
                && scalar.getValue().equals("<<");
    }

    /** Returns the short form: {@code !!int}. */
    static String written(Node node) {
        String tag = node.getTag().getValue();
        return tag.startsWith(Tag.PREFIX) ? "!!" + tag.substring(Tag.PREFIX.length()) : tag;
    }
}
