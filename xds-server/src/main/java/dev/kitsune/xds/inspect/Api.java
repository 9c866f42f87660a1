package dev.kitsune.xds.inspect;

import dev.kitsune.envoy.ResourceType;
import dev.kitsune.envoy.TypeNames;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.Snapshot;
import dev.kitsune.xds.expiry.ExpiryRow;
import dev.kitsune.xds.release.ReleaseRow;
import dev.kitsune.xds.store.StoredResource;
import io.javalin.config.RoutesConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.javalin.http.ServiceUnavailableResponse;
import java.util.Comparator;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The API under {@code /api}. Each answer is computed from the current state. */
final class Api {
    private final Inspected inspected;

    Api(Inspected inspected) {
        this.inspected = inspected;
    }

    void register(RoutesConfig routes) {
        routes.get("/api/status", context -> JsonAnswers.one(context, StatusView.of(inspected)));
        routes.get("/api/problems", this::problems);
        routes.get("/api/environments", this::virtualEnvironments);
        routes.get("/api/environments/{name}", this::virtualEnvironment);
        routes.get("/api/components", this::components);
        routes.get("/api/proxies", this::proxies);
        routes.get("/api/resources/{type}", this::resources);
    }

    private void problems(Context context) {
        JsonAnswers.page(
                context,
                Stream.concat(
                        Refusals.all(inspected.published()).stream(),
                        inspected.served().state().problems().all().stream().map(ProblemView::of)),
                p -> Stream.of(
                        p.position().file(),
                        p.code(),
                        p.severity(),
                        p.object(),
                        text(p.virtualEnvironment()),
                        p.message()),
                Function.identity());
    }

    private static @Nullable String text(@Nullable VirtualEnvironmentName name) {
        return name == null ? null : name.value();
    }

    private void virtualEnvironments(Context context) {
        ProblemsByVirtualEnvironment problems = problems();
        Snapshot snapshot = snapshot();
        JsonAnswers.page(
                context,
                snapshot.virtualEnvironments().values().stream()
                        .sorted(Comparator.comparing(ResolvedVirtualEnvironment::name)),
                e -> Stream.of(e.name().value(), e.namespace(), e.environment(), text(e.parent())),
                e -> VirtualEnvironmentRow.of(e, snapshot, expiry(e), problems.of(e)));
    }

    private void virtualEnvironment(Context context) {
        Snapshot snapshot = snapshot();
        ResolvedVirtualEnvironment virtualEnvironment =
                snapshot.virtualEnvironment(new VirtualEnvironmentName(context.pathParam("name")));
        if (virtualEnvironment == null) {
            throw new NotFoundResponse("no virtual environment of this name is served");
        }
        ReleaseStatus releases =
                inspected.served().state().releases().getOrDefault(virtualEnvironment.name(), ReleaseStatus.NONE);
        JsonAnswers.one(
                context,
                VirtualEnvironmentView.of(
                        virtualEnvironment,
                        snapshot,
                        new VirtualEnvironmentView.ReleasesView(
                                ReleaseRow.of(virtualEnvironment.name(), releases),
                                inspected.drift().drift(virtualEnvironment.name())),
                        expiry(virtualEnvironment),
                        problems().of(virtualEnvironment)));
    }

    private @Nullable ExpiryRow expiry(ResolvedVirtualEnvironment virtualEnvironment) {
        return inspected.expiry().row(virtualEnvironment.key());
    }

    private void components(Context context) {
        JsonAnswers.page(
                context, ComponentRow.all(snapshot()), c -> Stream.of(c.component(), c.version()), Function.identity());
    }

    private void proxies(Context context) {
        JsonAnswers.page(
                context,
                inspected.published().proxies().stream().map(ProxyRow::of),
                p -> Stream.of(p.node(), p.role(), p.component()),
                Function.identity());
    }

    /** Returns a list, or one complete item with the query {@code name}. */
    private void resources(Context context) {
        String named = context.pathParam("type");
        ResourceType type = TypeNames.parse(named).orElseThrow(() -> new BadRequestResponse(TypeNames.unknown(named)));
        Stream<StoredResource> held =
                inspected.published().held(type).stream().sorted(Comparator.comparing(StoredResource::name));
        String name = context.queryParam("name");
        if (name == null) {
            JsonAnswers.page(context, held, r -> Stream.of(r.name()), ResourceRow::of);
            return;
        }
        JsonAnswers.one(
                context,
                held.filter(r -> r.name().equals(name))
                        .findFirst()
                        .map(ResourceRow::whole)
                        .orElseThrow(
                                () -> new NotFoundResponse("no proxy subscribes to a resource of this type and name")));
    }

    private ProblemsByVirtualEnvironment problems() {
        return new ProblemsByVirtualEnvironment(
                inspected.served().state().problems().all());
    }

    private Snapshot snapshot() {
        Snapshot snapshot = inspected.served().state().snapshot();
        if (snapshot == null) {
            throw new ServiceUnavailableResponse("no complete snapshot was published yet");
        }
        return snapshot;
    }
}
