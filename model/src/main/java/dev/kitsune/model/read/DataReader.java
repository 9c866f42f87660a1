package dev.kitsune.model.read;

import dev.kitsune.model.manifest.Data;
import dev.kitsune.model.manifest.SecretRef;
import java.util.Map;

/** Variables, and references to secrets. */
final class DataReader {
    private DataReader() {}

    static Data read(Fields f) {
        return new Data(
                f.optional("variables", c -> c.map(Grammar.VARIABLE, ValueReader::read), Map.of()),
                f.optional("secrets", c -> c.map(Grammar.VARIABLE, s -> s.fields(DataReader::secretSource)), Map.of()));
    }

    /** {@code {secretRef: {name, key}}}: room for sources other than a Secret. */
    static SecretRef secretSource(Fields f) {
        return f.required("secretRef").fields(DataReader::secretRef);
    }

    private static SecretRef secretRef(Fields f) {
        return new SecretRef(
                f.required("name").text(Grammar.DNS_SUBDOMAIN), f.optional("key", c -> c.text(Grammar.SECRET_KEY)));
    }
}
