package dev.kitsune.e2e.trace;

import dev.kitsune.envoy.trace.RequestHeaders;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Adds a valid or invalid context to a generated request: a virtual environment, and now and then an app deployment.
 */
final class RequestContext {
    private static final String VIRTUAL_ENVIRONMENT = "kitsune-env";
    private static final String DEPLOYMENT = "kitsune-dep";

    private final Random random;
    private final boolean gateway;
    private final Set<String> tags;
    private final List<RequestHeaders.HeaderLine> lines;
    private String host;
    private String query;

    /**
     * Creates the context of one request.
     *
     * @param tags the tags of the request, to which this adds
     * @param lines the headers of the request, to which this adds
     * @param host the host of the request, unless the context needs another one
     * @param query the query of the request, unless the context needs another one
     */
    RequestContext(
            Random random,
            boolean gateway,
            Set<String> tags,
            List<RequestHeaders.HeaderLine> lines,
            String host,
            String query) {
        this.random = random;
        this.gateway = gateway;
        this.tags = tags;
        this.lines = lines;
        this.host = host;
        this.query = query;
    }

    String host() {
        return host;
    }

    String query() {
        return query;
    }

    void virtualEnvironment(List<String> virtualEnvironments) {
        String one = Pick.from(virtualEnvironments, random);
        String other = Pick.from(virtualEnvironments, random);
        int sort = random.nextInt(gateway ? 26 : 20);
        if (sort < 9) {
            header(VIRTUAL_ENVIRONMENT, one, "context by header");
        } else if (sort < 11) {
            tags.add("no context");
        } else if (sort == 11) {
            header(VIRTUAL_ENVIRONMENT, Pick.from(List.of("nobody", "e99", "e1x"), random), "unknown context");
        } else if (sort == 12) {
            header(
                    VIRTUAL_ENVIRONMENT,
                    Pick.from(List.of("E1", "a_b", "-x", "e1 e2", "<b>"), random),
                    "refused context");
        } else if (sort == 13) {
            header(VIRTUAL_ENVIRONMENT, one, "doubled context");
            header(VIRTUAL_ENVIRONMENT, other, "doubled context");
        } else if (sort == 14) {
            query("kitsune-env=" + one + "&kitsune-env=" + other, "doubled context");
        } else if (sort == 15) {
            header("baggage", "a=b, kitsune-env=" + one + ";p=1,kitsune-env = " + other, "doubled context");
        } else if (sort == 16) {
            header("baggage", "a=b;c , kitsune-env = " + one + " ;p=1", "context by baggage");
            header("baggage", "d=e", "context by baggage");
        } else if (sort == 17) {
            query("kitsune-env=" + one + "&z=1", "context by query");
        } else if (sort < 20) {
            header("baggage", "kitsune-env=" + one, "several sources");
            header(VIRTUAL_ENVIRONMENT, other, "several sources");
            query("kitsune%2Denv=" + one, "several sources");
        } else if (sort == 20) {
            previewHost(one, "context by preview host");
        } else if (sort == 21) {
            previewHost(one, "preview host and header");
            header(VIRTUAL_ENVIRONMENT, other, "preview host and header");
        } else if (sort == 22) {
            previewHost(Pick.from(List.of("e99", "e1.e2", "-x", "e_1"), random), "strange preview host");
        } else if (sort == 23) {
            cookie(Pick.from(List.of("", "\""), random), one, "context by cookie");
        } else if (sort == 24) {
            cookie("", one, "doubled cookie");
            cookie("", other, "doubled cookie");
        } else {
            cookie("", other, "preview host and cookie");
            previewHost(one, "preview host and cookie");
        }
    }

    void deployment(List<String> deployments) {
        String one = Pick.from(deployments, random);
        String other = Pick.from(deployments, random);
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> header(DEPLOYMENT, one, "selects by header");
            case 4 -> query("kitsune-dep=" + one, "selects by query");
            case 5 -> header("baggage", "kitsune-dep=" + one + ";p=1, x=y", "selects by baggage");
            case 6 -> {
                header(DEPLOYMENT, one, "selects by several sources");
                query("kitsune-dep=" + other, "selects by several sources");
                header("baggage", "kitsune-dep=" + other, "selects by several sources");
            }
            case 7 -> header(DEPLOYMENT, Pick.from(List.of("shop-z", "shop", "e0"), random), "selects unknown");
            case 8 -> header(DEPLOYMENT, Pick.from(List.of("Shop-a", "a_b", "-x", "<b>"), random), "selects nothing");
            default -> {
                header(DEPLOYMENT, one, "selects twice");
                header(DEPLOYMENT, other, "selects twice");
            }
        }
    }

    private void header(String name, String value, String tag) {
        lines.add(new RequestHeaders.HeaderLine(name, value));
        tags.add(tag);
    }

    private void query(String parameters, String tag) {
        query = query.isEmpty() ? "?" + parameters : query + "&" + parameters;
        tags.add(tag);
    }

    private void previewHost(String virtualEnvironment, String tag) {
        host = virtualEnvironment + Pick.from(List.of(".preview.localhost", ".Preview.localhost:8080"), random);
        tags.add(tag);
    }

    private void cookie(String quote, String virtualEnvironment, String tag) {
        lines.add(new RequestHeaders.HeaderLine(
                "cookie", "a=b; kitsune-env=" + quote + virtualEnvironment + quote + "; c=d"));
        tags.add(tag);
    }
}
