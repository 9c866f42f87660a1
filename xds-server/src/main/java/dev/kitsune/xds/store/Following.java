package dev.kitsune.xds.store;

import dev.kitsune.envoy.ResourceType;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What one stream follows, as bits in the clientele of its audience. Guarded by the store's lock. */
final class Following {
    final Clientele clientele;
    private final BitSet bits = new BitSet();
    private final Map<ResourceType, Integer> named = new EnumMap<>(ResourceType.class);

    Following(Clientele clientele) {
        this.clientele = clientele;
    }

    boolean has(Followed one) {
        return one.clientele == clientele && bits.get(one.id);
    }

    void add(Followed one) {
        if (!has(one)) {
            bits.set(one.id);
            one.joined();
            count(one, 1);
        }
    }

    /** Returns whether nobody follows it any more. */
    boolean remove(Followed one) {
        bits.clear(one.id);
        count(one, -1);
        return one.left();
    }

    private void count(Followed one, int more) {
        if (one instanceof Grant grant) {
            named.merge(grant.entry.key.type(), more, Integer::sum);
        }
    }

    /** Returns the number of names that are followed one by one. */
    int countNamed(ResourceType type) {
        return named.getOrDefault(type, 0);
    }

    /** Returns a list that stays the same while what is followed changes. */
    List<Followed> all() {
        return clientele.followed(bits);
    }

    Stream<Grant> grants(ResourceType type) {
        return all().stream()
                .filter(Grant.class::isInstance)
                .map(Grant.class::cast)
                .filter(grant -> grant.entry.key.type() == type);
    }
}
