package dev.kitsune.k8s.distill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.snapshot.ComponentVersion;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DistilledNameTest {
    private static DistilledName name(String app, String component, String version) {
        return DistilledName.of(new ComponentVersion(app, component, version));
    }

    @Test
    void itIsReadableWhereThatIsPossible() {
        assertThat(name("shop", "cart", "4f2c1d0").plain()).isEqualTo("shop-cart-4f2c1d0");
        assertThat(name("shop", "order-service", "1").plain()).isEqualTo("shop-order-service-1");
    }

    @Test
    void itIsAlwaysADnsLabel() {
        String longest = "x".repeat(63);
        for (DistilledName name : List.of(
                name("shop", "cart", "1.4.0"),
                name("shop", "cart", "Snapshot_7"),
                name("0", "0", "0"),
                name(longest, longest, longest),
                name(longest, "a", "b"))) {
            assertThat(name.plain()).matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
            assertThat(name.distinct()).matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
        }
        assertThat(name("shop", "cart", "1.4.0").plain()).startsWith("shop-cart-1-4-0-");
    }

    @Test
    void distinctNamesNeverCollide() {
        List<DistilledName> names = List.of(
                name("a-b", "c", "d"),
                name("a", "b-c", "d"),
                name("a", "b", "c-d"),
                name("shop", "cart", "1.4"),
                name("shop", "cart", "1_4"),
                name("shop", "cart", "1-4"),
                name("shop", "cart", "A"),
                name("shop", "cart", "a"));
        Set<String> distinct = new HashSet<>();
        names.forEach(name -> distinct.add(name.distinct()));

        assertThat(distinct).hasSameSizeAs(names);
        assertThat(names.get(0).plain())
                .isEqualTo(names.get(1).plain())
                .isEqualTo(names.get(2).plain());
        assertThat(names.subList(3, 8)).extracting(DistilledName::plain).doesNotHaveDuplicates();
    }
}
