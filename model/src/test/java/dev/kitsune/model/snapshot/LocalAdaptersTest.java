package dev.kitsune.model.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Dependency;
import dev.kitsune.model.manifest.Dependency.DependencyType;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LocalAdaptersTest {
    private static final Origin ORIGIN = new Origin(new ObjectKey(Kind.Adapter, "shop", "any"), "spec");

    private final Map<AdapterName, ResolvedAdapter> adapters = new HashMap<>();
    private final Map<String, Dependency> dependencies = new HashMap<>();

    private void adapter(String name, String host, int port, @Nullable Integer listen) {
        adapters.put(
                name(name),
                new ResolvedAdapter.TcpAdapter(new ResolvedAdapter.ResolvedTarget(host, port, null), listen, ORIGIN));
        dependencies.put(name, new Dependency(DependencyType.Adapter, null, null, null));
    }

    private LocalAdapters local() {
        return LocalAdapters.of(new Declaration("shop", Map.of(), Map.of(), dependencies, null, ORIGIN), adapters);
    }

    private static AdapterName name(String name) {
        return new AdapterName("shop", name);
    }

    private List<String> circular() {
        return adapters.keySet().stream()
                .filter(local()::isCircular)
                .map(AdapterName::name)
                .sorted()
                .toList();
    }

    @Test
    void anAdapterWhosePortIsItsOwnAddressIsCircular() {
        adapter("localhost", "localhost", 1, 1);
        adapter("below-localhost", "db.localhost", 2, 2);
        adapter("address", "127.0.0.2", 3, 3);
        adapter("ipv6", "::1", 4, 4);
        adapter("any", "0.0.0.0", 5, 5);
        adapter("elsewhere", "db.example", 6, 6);
        adapter("other-port", "localhost", 7, 8);
        adapter("no-port", "localhost", 9, null);

        assertThat(circular()).containsExactly("address", "any", "below-localhost", "ipv6", "localhost");
    }

    @Test
    void adaptersWhosePortsLeadToEachOtherAreCircular() {
        adapter("there", "localhost", 2, 1);
        adapter("back", "localhost", 1, 2);
        adapter("into", "localhost", 1, 3);
        adapter("by-two", "localhost", 5, 4);
        adapter("out", "localhost", 6, 5);

        assertThat(circular()).containsExactly("back", "into", "there");
    }

    @Test
    void theFirstAdapterByNameGetsThePort() {
        adapter("a", "db.example", 1, 1);
        adapter("b", "localhost", 1, 1);

        assertThat(local().byPort()).isEqualTo(Map.of(1, name("a")));
        assertThat(circular()).isEmpty();
    }
}
