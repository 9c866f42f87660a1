package dev.kitsune.xds.cli;

import dev.kitsune.model.manifest.Platform.Context;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.ArrayList;
import java.util.List;

/** How a person sends a request to a virtual environment. */
final class RequestHint {
    private RequestHint() {}

    static List<String> of(VirtualEnvironmentName name, ResolvedInput input) {
        Context context = input.snapshot().platform().context();
        List<String> lines = new ArrayList<>();
        lines.add("Requests reach it through a gateway:");
        lines.add("  curl -H '" + context.header() + ": " + name + "' http://GATEWAY/");
        if (context.host() != null) {
            lines.add("  or, in a browser, http://" + context.host().replace("{env}", name.value()) + "/");
        }
        return lines;
    }
}
