package dev.kitsune.xds.replica;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.xds.store.AtProxies;
import org.jspecify.annotations.Nullable;

/**
 * What one replica has of a virtual environment.
 *
 * @param served null if the replica does not serve it
 * @param proxies null if none of the replica's proxies has it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ReportedVirtualEnvironment(
        VirtualEnvironmentName name,
        @Nullable ServedGeneration served,
        @Nullable AtProxies proxies) {
    static ReportedVirtualEnvironment of(VirtualEnvironmentName name, ThisReplica replica) {
        AtProxies at = replica.atProxies(name);
        return new ReportedVirtualEnvironment(name, replica.generation(name), at.equals(AtProxies.NONE) ? null : at);
    }

    boolean isNothing() {
        return served == null && proxies == null;
    }

    AtProxies atProxies() {
        return proxies == null ? AtProxies.NONE : proxies;
    }
}
