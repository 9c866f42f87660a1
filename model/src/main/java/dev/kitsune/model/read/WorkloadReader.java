package dev.kitsune.model.read;

import dev.kitsune.model.manifest.Service;
import dev.kitsune.model.manifest.Workload;
import dev.kitsune.model.manifest.Workload.Endpoint;

/** Reads the specs of what runs: of a {@link Workload}, with the design's defaults, and of a {@link Service}. */
final class WorkloadReader {
    private WorkloadReader() {}

    static Workload read(Fields f) {
        return new Workload(
                f.required("app").text(Grammar.DNS_LABEL),
                f.required("component").text(Grammar.DNS_LABEL),
                f.required("version").text(Grammar.VERSION),
                f.required("endpoints").list(c -> c.fields(WorkloadReader::endpoint)),
                f.optional("environments", c -> c.names(Grammar.DNS_SUBDOMAIN)),
                f.optional("environment", VirtualEnvironmentReader::name),
                f.optional("protocol", DeclarationReader::protocol));
    }

    static Service service(Fields f) {
        return new Service(f.required("addresses").list(WorkloadReader::address));
    }

    private static Endpoint endpoint(Fields f) {
        return new Endpoint(address(f.required("address")), f.required("port").integer(1, 65_535));
    }

    private static String address(Cursor c) {
        String text = c.text(Grammar.NOT_EMPTY);
        if (!text.isEmpty() && !IpText.isAddress(text)) {
            c.invalid("an IP address, such as 127.0.0.1");
        }
        return text;
    }
}
