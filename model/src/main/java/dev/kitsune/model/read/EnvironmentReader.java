package dev.kitsune.model.read;

import dev.kitsune.model.manifest.Environment;
import dev.kitsune.model.manifest.Environment.Children;
import dev.kitsune.model.manifest.Environment.ReleasePolicy;
import dev.kitsune.model.manifest.Environment.ReleasePolicy.History;
import dev.kitsune.model.manifest.Environment.ReleasePolicy.ReleaseType;
import dev.kitsune.model.manifest.Environment.Selection;
import dev.kitsune.model.manifest.SecretRef;
import java.util.List;

/** Reads the spec of an {@link Environment}, with the design's defaults. */
final class EnvironmentReader {
    private static final List<String> TOKEN_FIELDS = List.of("jwks", "issuer", "audience", "claim", "header", "cookie");

    private enum SelectionType {
        Anyone,
        Token,
        Nobody
    }

    private EnvironmentReader() {}

    static Environment read(Fields f) {
        ReleasePolicy policy = f.at("releasePolicy").fields(EnvironmentReader::releasePolicy);
        return new Environment(
                f.at("data").fields(DataReader::read),
                policy,
                f.at("selection").fields(EnvironmentReader::selection),
                f.optional(
                        "children",
                        c -> c.oneOf(Children.class),
                        policy.type() == ReleaseType.Stable ? Children.Nobody : Children.Anyone),
                f.at("namespaces").fields(NamespacesReader::read));
    }

    private static ReleasePolicy releasePolicy(Fields f) {
        ReleasePolicy defaults = ReleasePolicy.DEFAULT;
        return new ReleasePolicy(
                f.optional("type", c -> c.oneOf(ReleaseType.class), defaults.type()),
                f.optional("activationDeadline", Cursor::duration, defaults.activationDeadline()),
                f.at("history").fields(EnvironmentReader::history));
    }

    private static History history(Fields f) {
        History defaults = ReleasePolicy.DEFAULT.history();
        return new History(
                f.optional("count", c -> c.integer(0, 1_000), defaults.count()),
                f.optional("ageDays", c -> c.integer(0, 36_500), defaults.ageDays()));
    }

    private static Selection selection(Fields f) {
        SelectionType type = f.optional("type", c -> c.oneOf(SelectionType.class), SelectionType.Anyone);
        if (type == SelectionType.Token) {
            return token(f);
        }
        for (String field : f.present(TOKEN_FIELDS)) {
            f.at(field).invalid("no such field with type " + type + ", because it belongs to type Token");
        }
        return type == SelectionType.Nobody ? new Selection.Nobody() : new Selection.Anyone();
    }

    /** Always one key of a Secret. */
    private static SecretRef jwks(Cursor c) {
        SecretRef ref = c.fields(DataReader::secretSource);
        return ref.key() == null ? new SecretRef(ref.name(), "jwks.json") : ref;
    }

    private static Selection token(Fields f) {
        return new Selection.Token(
                jwks(f.required("jwks")),
                f.optional("issuer", c -> c.text(Grammar.NOT_EMPTY)),
                f.optional("audience", c -> c.text(Grammar.NOT_EMPTY)),
                f.optional("claim", c -> c.text(Grammar.NOT_EMPTY), "kitsune-env"),
                f.optional("header", c -> c.text(Grammar.HEADER), "Authorization"),
                f.optional("cookie", c -> c.text(Grammar.HEADER), "kitsune-token"));
    }
}
