package dev.kitsune.envoy.route;

import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The hosts by which an app may call a dependency, the most specific spelling last; ports are ignored. */
final class Domains {
    private Domains() {}

    /**
     * {@code cart} (only in the caller's own app), {@code cart.shop} and the names that Kubernetes gives to a service.
     */
    static List<String> of(ComponentName component, String namespace, boolean sameApp) {
        Set<String> domains = new LinkedHashSet<>();
        if (sameApp) {
            domains.add(component.component());
        }
        domains.add(component.component() + "." + component.app());
        domains.addAll(service(component.component(), namespace));
        return List.copyOf(domains);
    }

    static List<String> of(AdapterName adapter) {
        List<String> domains = new ArrayList<>();
        domains.add(adapter.name());
        domains.addAll(service(adapter.name(), adapter.namespace()));
        return domains;
    }

    private static List<String> service(String name, String namespace) {
        String inNamespace = name + "." + namespace;
        return List.of(inNamespace, inNamespace + ".svc", inNamespace + ".svc.cluster.local");
    }
}
