package dev.kitsune.model.read;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Limits what a document's aliases expand to. A few lines of aliases of aliases would be billions of nodes, and an
 * alias inside its own anchor would never end.
 */
final class Expansion {
    private static final long MAX_NODES = 250_000;

    /** The node at fault, with the reason. */
    record ExcessiveExpansion(Node node, String reason) {}

    private record Size(long nodes, int depth) {
        static final Size UNDER_WAY = new Size(0, 0);
    }

    private final IdentityHashMap<Node, Size> sizes = new IdentityHashMap<>();
    private @Nullable ExcessiveExpansion refusal;

    private Expansion() {}

    static @Nullable ExcessiveExpansion check(Node root) {
        Expansion expansion = new Expansion();
        expansion.measure(root);
        return expansion.refusal;
    }

    /** An anchor stands before its aliases, so this goes no deeper than the text does. */
    private Size measure(Node node) {
        Size known = sizes.get(node);
        if (known != null) {
            if (known.equals(Size.UNDER_WAY)) {
                refuse(node, "an anchor contains an alias of itself; write the value out");
            }
            return known;
        }
        sizes.put(node, Size.UNDER_WAY);
        long nodes = 1;
        int depth = 0;
        for (Node child : children(node)) {
            Size size = measure(child);
            nodes = Math.min(nodes + size.nodes(), MAX_NODES + 1);
            depth = Math.max(depth, size.depth());
        }
        Size size = new Size(nodes, depth + 1);
        if (size.nodes() > MAX_NODES) {
            refuse(node, "it holds more than " + MAX_NODES + " values; split it, or write fewer aliases");
        } else if (size.depth() > YamlDocuments.MAX_DEPTH + 1) {
            refuse(node, "aliases nest it deeper than " + YamlDocuments.MAX_DEPTH + " levels");
        }
        sizes.put(node, size);
        return size;
    }

    private void refuse(Node node, String reason) {
        if (refusal == null) {
            refusal = new ExcessiveExpansion(node, reason);
        }
    }

    private static List<Node> children(Node node) {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        List<Node> children = new ArrayList<>();
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                children.add(tuple.getKeyNode());
                children.add(tuple.getValueNode());
            }
        }
        return children;
    }
}
