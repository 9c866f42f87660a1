package dev.kitsune.k8s.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Service;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServiceObjectsTest {
    private final CatalogDraft draft = new CatalogDraft();
    private final List<String> told = new ArrayList<>();
    private final ServiceObjects services = new ServiceObjects(draft, new ResourceListener() {
        @Override
        public void put(ObjectKey key, GenericKubernetesResource resource, @Nullable Manifest<?> manifest) {}

        @Override
        public void removed(ObjectKey key) {}

        @Override
        public void service(ObjectKey key, io.fabric8.kubernetes.api.model.@Nullable Service service) {
            told.add(key + (service == null ? " gone" : " there"));
        }
    });

    private static io.fabric8.kubernetes.api.model.Service service(String name, String... addresses) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withClusterIPs(addresses)
                .endSpec()
                .build();
    }

    private Object spec(String name) {
        var manifest = draft.manifest(new ObjectKey(Kind.Service, "shop", name));
        return manifest == null ? "none" : manifest.spec();
    }

    @Test
    void addressesOfBothFamiliesCount() {
        services.put(service("cart", "fd00:96::10", "10.96.0.10"));
        assertThat(spec("cart")).isEqualTo(new Service(List.of("10.96.0.10", "fd00:96::10")));
        assertThat(draft.takeObjects()).containsExactly(new ObjectKey(Kind.Service, "shop", "cart"));
    }

    @Test
    void aServiceWithoutAnAddressOfItsOwnIsNone() {
        services.put(service("cart", "10.96.0.10"));
        services.put(service("cart", "None"));
        services.put(service("elsewhere"));
        assertThat(spec("cart")).isEqualTo("none");
        assertThat(spec("elsewhere")).isEqualTo("none");
        // Its name is taken nevertheless.
        assertThat(told)
                .containsExactly("Service/shop/cart there", "Service/shop/cart there", "Service/shop/elsewhere there");
    }

    @Test
    void whatIsNotListedAnyMoreIsGone() {
        services.put(service("cart", "10.96.0.10"));
        services.put(service("headless", "None"));
        services.list(List.of(service("stock", "10.96.0.11")));
        assertThat(spec("cart")).isEqualTo("none");
        assertThat(spec("stock")).isEqualTo(new Service(List.of("10.96.0.11")));
        assertThat(told).contains("Service/shop/cart gone", "Service/shop/headless gone");
    }

    @Test
    void anotherPortIsNoChange() {
        services.put(service("cart", "10.96.0.10"));
        draft.takeObjects();
        services.put(new ServiceBuilder(service("cart", "10.96.0.10"))
                .editSpec()
                .addNewPort()
                .withPort(8080)
                .endPort()
                .endSpec()
                .build());
        assertThat(draft.hasChanged()).isFalse();
    }
}
