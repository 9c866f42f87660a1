package dev.kitsune.k8s.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.k8s.status.StatusCondition.ConditionState;
import dev.kitsune.model.manifest.AppDeployment;
import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.manifest.Workload.Endpoint;
import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.release.ReleaseEntry.Phase;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.snapshot.InheritedProblem;
import dev.kitsune.model.snapshot.ResolvedVirtualEnvironment;
import dev.kitsune.model.snapshot.ResolvedWorkload;
import dev.kitsune.model.snapshot.Snapshot;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pcollections.HashTreePMap;

class ConditionsTest {
    private static List<StatusCondition> of(ObjectKey key, ObjectFacts facts, @Nullable Release wanted) {
        OverlayFacts of = facts.virtualEnvironment();
        return Conditions.of(
                key,
                facts,
                CountedProblems.of(key, facts.problems(), of == null ? null : Conditions.own(key, of)),
                wanted);
    }

    private static StatusCondition get(ConditionType type, ObjectFacts facts, @Nullable Release wanted) {
        return of(Known.FIX, facts, wanted).stream()
                .filter(condition -> condition.type() == type)
                .findFirst()
                .orElseThrow();
    }

    private static StatusCondition get(ConditionType type, ObjectFacts facts) {
        return get(type, facts, null);
    }

    private static StatusCondition programmed(ProxyFacts proxies, Problem... problems) {
        return get(ConditionType.Programmed, Known.facts(Known.FIX, proxies, problems));
    }

    private static StatusCondition released(@Nullable ReleaseStatus status, Problem... problems) {
        return get(
                ConditionType.Released,
                Known.facts(
                        List.of(problems),
                        new OverlayFacts(
                                Known.resolved(Known.FIX), status, null, null, Known.ALL_ACKNOWLEDGED, Set.of())),
                Known.RELEASE);
    }

    private static void isFalse(StatusCondition condition, ConditionReason reason, String... words) {
        assertThat(condition.state()).isEqualTo(ConditionState.False);
        assertThat(condition.reason()).isEqualTo(reason);
        assertThat(List.of(words))
                .allSatisfy(word -> assertThat(condition.message()).contains(word));
    }

    @Test
    void aVirtualEnvironmentThatIsServedIsReady() {
        List<StatusCondition> all = of(Known.FIX, Known.served(Known.FIX), null);

        assertThat(all)
                .extracting(StatusCondition::type)
                .containsExactly(
                        ConditionType.Accepted,
                        ConditionType.ResolvedRefs,
                        ConditionType.Programmed,
                        ConditionType.Ready);
        assertThat(all).allMatch(StatusCondition::isTrue);
        assertThat(all).allSatisfy(condition -> assertThat(condition.reason().name())
                .isEqualTo(condition.type().name()));
    }

    @Test
    void theOtherKindsHaveTheirOwnConditions() {
        for (Kind kind : EnumSet.of(Kind.Adapter, Kind.Environment, Kind.Platform)) {
            assertThat(of(new ObjectKey(kind, "", "x"), ObjectFacts.of(List.of()), null))
                    .extracting(StatusCondition::type)
                    .containsExactly(ConditionType.Accepted);
        }
        assertThat(of(new ObjectKey(Kind.AppDeployment, "shop", "x"), ObjectFacts.of(List.of()), null))
                .extracting(StatusCondition::type)
                .containsExactly(ConditionType.Accepted, ConditionType.WorkloadsReady);
    }

    @ParameterizedTest
    @EnumSource(ProblemCode.class)
    void eachCodeMakesTheConditionOfItsRowFalse(ProblemCode code) {
        ConditionRow row = ConditionRow.of(code);
        Problem problem = Known.problem(code, Known.FIX, "spec.field", "these are its words");

        StatusCondition against =
                CountedProblems.of(Known.FIX, List.of(problem), null).against(row.type());

        boolean counts = problem.isError() || code == ProblemCode.Expired;
        assertThat(against != null).isEqualTo(counts);
        if (against != null) {
            isFalse(against, row.reason(), "spec.field: these are its words");
        }
    }

    @Test
    void theReasonsOfAcceptedAreThoseOfTheTable() {
        assertThat(Map.of(
                        ProblemCode.WrongType, ConditionReason.Invalid,
                        ProblemCode.DuplicateName, ConditionReason.NameTaken,
                        ProblemCode.MissingParent, ConditionReason.MissingParent,
                        ProblemCode.ParentCycle, ConditionReason.ParentCycle,
                        ProblemCode.MissingEnvironment, ConditionReason.MissingEnvironment,
                        ProblemCode.EnvironmentMismatch, ConditionReason.EnvironmentMismatch,
                        ProblemCode.ParentNotAllowed, ConditionReason.NotAllowed,
                        ProblemCode.Expired, ConditionReason.Expired))
                .allSatisfy((code, reason) ->
                        assertThat(ConditionRow.of(code)).isEqualTo(new ConditionRow(ConditionType.Accepted, reason)));
        assertThat(Map.of(
                        ProblemCode.MissingSecret, ConditionReason.MissingSecret,
                        ProblemCode.MissingAppDeployment, ConditionReason.MissingAppDeployment,
                        ProblemCode.MissingVariable, ConditionReason.MissingVariable))
                .allSatisfy((code, reason) -> assertThat(ConditionRow.of(code))
                        .isEqualTo(new ConditionRow(ConditionType.ResolvedRefs, reason)));
    }

    @Test
    void theFirstOfSeveralProblemsIsTheReason() {
        isFalse(
                get(
                        ConditionType.Accepted,
                        Known.facts(
                                Known.FIX,
                                Known.ALL_ACKNOWLEDGED,
                                Known.problem(ProblemCode.UnusableMirror, Known.FIX, null, "there is no such target"),
                                Known.problem(ProblemCode.RouteConflict, Known.FIX, null, "two routes are equal"))),
                ConditionReason.Invalid,
                "(and 1 more)");
    }

    @Test
    void aProblemOfAnotherObjectNamesIt() {
        ObjectFacts facts = Known.facts(
                List.of(),
                new OverlayFacts(
                        Known.resolved(
                                Known.FIX,
                                Known.problem(
                                                ProblemCode.MissingSecret,
                                                Known.ADAPTER,
                                                "spec.http.headers",
                                                "secret stripeKey is not set")
                                        .in(Known.FIX.virtualEnvironmentName())),
                        null,
                        null,
                        null,
                        Known.ALL_ACKNOWLEDGED,
                        Set.of()));

        isFalse(
                get(ConditionType.ResolvedRefs, facts),
                ConditionReason.MissingSecret,
                "Adapter/shop/stripe spec.http.headers: secret stripeKey is not set");
        assertThat(get(ConditionType.Accepted, facts).isTrue()).isTrue();
        isFalse(get(ConditionType.Ready, facts), ConditionReason.MissingSecret);
    }

    @Test
    void aProblemInAnotherVirtualEnvironmentLeavesAnObjectAccepted() {
        Problem elsewhere = Known.problem(ProblemCode.TemplateError, Known.ADAPTER, "spec.http.url", "it is no URL")
                .in(Known.FIX.virtualEnvironmentName());

        assertThat(of(Known.ADAPTER, ObjectFacts.of(List.of(elsewhere)), null))
                .singleElement()
                .matches(StatusCondition::isTrue);
        assertThat(of(Known.ADAPTER, ObjectFacts.of(List.of(elsewhere.anywhere())), null))
                .singleElement()
                .satisfies(accepted -> isFalse(accepted, ConditionReason.Invalid, "spec.http.url: it is no URL"));
    }

    @Test
    void anInheritedProblemNamesTheAncestorThatHasIt() {
        Problem missing =
                Known.problem(ProblemCode.MissingVariable, Known.ADAPTER, "spec.http.url", "variable host is not set");
        ObjectKey main = Known.virtualEnvironment("main");
        ObjectFacts facts = served(Known.resolved(Known.FIX, List.of(new InheritedProblem(main, missing))), null);

        isFalse(
                get(ConditionType.ResolvedRefs, facts),
                ConditionReason.MissingVariable,
                "Adapter/shop/stripe spec.http.url: variable host is not set (inherited from"
                        + " VirtualEnvironment/shop/main)");
        isFalse(get(ConditionType.Ready, facts), ConditionReason.MissingVariable);
    }

    private static ObjectFacts served(ResolvedVirtualEnvironment resolved, @Nullable InheritedRelease missing) {
        return Known.facts(
                List.of(), new OverlayFacts(resolved, null, missing, null, Known.ALL_ACKNOWLEDGED, Set.of()));
    }

    @Test
    void aReleaseThatIsNotActiveAtAnAncestorIsMissing() {
        ObjectKey main = Known.virtualEnvironment("main");
        ReleaseStatus waits =
                new ReleaseStatus(Known.RELEASE, null, 7, null, Known.entry(7, Phase.Pending), List.of(), false);
        ReleaseStatus exceeded = new ReleaseStatus(Known.RELEASE, null, 7, null, null, List.of(), true);
        ResolvedVirtualEnvironment child = Known.resolved(Known.FIX);

        isFalse(
                get(ConditionType.ResolvedRefs, served(child, new InheritedRelease(main, waits))),
                ConditionReason.MissingAppDeployment,
                "it inherits the release of VirtualEnvironment/shop/main",
                "release 7 waits until its problems are solved");
        isFalse(
                get(ConditionType.Ready, served(child, new InheritedRelease(main, exceeded))),
                ConditionReason.MissingAppDeployment,
                "release 7 still had problems at its deadline");
    }

    @Test
    void aWarningChangesNoCondition() {
        ObjectFacts facts = Known.facts(
                Known.FIX,
                Known.ALL_ACKNOWLEDGED,
                Known.problem(ProblemCode.NothingToUnset, Known.FIX, "spec.unset", "greeting is not inherited"));

        assertThat(of(Known.FIX, facts, null)).allMatch(StatusCondition::isTrue);
    }

    @Test
    void anExpiredVirtualEnvironmentIsNotAcceptedAndStillProgrammed() {
        Expired expired = new Expired(Expired.Limit.idle, "72h");
        Problem problem =
                Known.problem(ProblemCode.Expired, Known.FIX, expired.limit().field(), expired.sentence());
        ObjectFacts facts = Known.facts(
                List.of(),
                new OverlayFacts(
                        Known.resolved(Known.FIX, expired, problem),
                        null,
                        null,
                        null,
                        Known.ALL_ACKNOWLEDGED,
                        Set.of()));

        isFalse(get(ConditionType.Accepted, facts), ConditionReason.Expired, "no request used it for 72h");
        assertThat(get(ConditionType.Programmed, facts).isTrue()).isTrue();
        isFalse(get(ConditionType.Ready, facts), ConditionReason.Expired);
    }

    @Test
    void aNameThatAnotherObjectHasGivesNothingOfThatObject() {
        ObjectKey other = new ObjectKey(Kind.VirtualEnvironment, "another", "fix");
        ObjectFacts facts = Known.facts(
                List.of(Known.problem(ProblemCode.DuplicateName, Known.FIX, null, "virtual environment fix exists")),
                new OverlayFacts(
                        Known.resolved(other),
                        Known.release(Known.entry(7, Phase.Active), null, false),
                        null,
                        null,
                        Known.ALL_ACKNOWLEDGED,
                        Set.of("shop")));

        List<StatusCondition> all = of(Known.FIX, facts, Known.RELEASE);

        assertThat(all).extracting(StatusCondition::type).doesNotContain(ConditionType.Released);
        isFalse(get(ConditionType.Accepted, facts), ConditionReason.NameTaken, "virtual environment fix exists");
        isFalse(get(ConditionType.Programmed, facts), ConditionReason.Pending, "see the condition Accepted");
        assertThat(get(ConditionType.ResolvedRefs, facts).isTrue()).isTrue();
    }

    @Test
    void secretsThatMayNotBeReadComeBeforeMissingOnes() {
        Problem missing = Known.problem(ProblemCode.MissingSecret, Known.FIX, null, "shop/stripe is missing");
        OverlayFacts of = new OverlayFacts(
                Known.resolved(Known.FIX, missing), null, null, null, Known.ALL_ACKNOWLEDGED, Set.of("shop"));

        isFalse(
                get(ConditionType.ResolvedRefs, Known.facts(List.of(), of)),
                ConditionReason.SecretsNotPermitted,
                "namespace shop");
        isFalse(
                get(
                        ConditionType.ResolvedRefs,
                        Known.facts(
                                List.of(),
                                new OverlayFacts(
                                        of.resolved(), null, null, null, Known.ALL_ACKNOWLEDGED, Set.of("other")))),
                ConditionReason.MissingSecret);
    }

    @Test
    void aReleaseIsReleasedWhenItIsActive() {
        StatusCondition released = released(Known.release(Known.entry(7, Phase.Active), null, false));

        assertThat(released.isTrue()).isTrue();
        assertThat(released.reason()).isEqualTo(ConditionReason.Released);
        assertThat(released.message()).isEqualTo("release 7 is active");
    }

    @Test
    void aReleaseThatWaitsSaysForWhat() {
        isFalse(
                released(Known.release(
                        Known.entry(7, Phase.Active),
                        Known.entry(8, Phase.Pending, "no workload runs shop/cart@c.1"),
                        false)),
                ConditionReason.Pending,
                "release 8 waits",
                "2026-11-30T12:05:00Z",
                "release 7 stays active",
                "no workload runs shop/cart@c.1");
    }

    @Test
    void aReleaseThatIsNotDecidedOrNotSavedIsPending() {
        isFalse(released(null), ConditionReason.Pending, "not been decided and saved yet");
        ReleaseStatus earlier = new ReleaseStatus(
                new Release(Map.of(), "earlier"), null, 7, Known.entry(7, Phase.Active), null, List.of(), false);
        isFalse(released(earlier), ConditionReason.Pending, "not been decided and saved yet");
        isFalse(
                get(
                        ConditionType.Programmed,
                        Known.facts(
                                List.of(),
                                new OverlayFacts(
                                        Known.resolved(Known.FIX),
                                        earlier,
                                        null,
                                        null,
                                        Known.ALL_ACKNOWLEDGED,
                                        Set.of())),
                        Known.RELEASE),
                ConditionReason.Pending,
                "not been decided and saved yet");
    }

    @Test
    void aReleaseThatExceededItsDeadlineShowsTheProblem() {
        ReleaseStatus exceeded = Known.release(Known.entry(7, Phase.Active), null, true);

        isFalse(released(exceeded), ConditionReason.DeadlineExceeded, "release 8 still had problems");
        isFalse(
                released(
                        exceeded,
                        Known.problem(
                                ProblemCode.DeadlineExceeded, Known.FIX, "spec.release", "release 8 is not tried")),
                ConditionReason.DeadlineExceeded,
                "spec.release: release 8 is not tried");
    }

    @Test
    void aVirtualEnvironmentWithoutAReleaseOfItsOwnHasNoSuchCondition() {
        ReleaseStatus ended = new ReleaseStatus(null, null, 7, null, null, List.of(), false);

        assertThat(of(
                        Known.FIX,
                        Known.facts(
                                List.of(),
                                new OverlayFacts(
                                        Known.resolved(Known.FIX),
                                        ended,
                                        null,
                                        null,
                                        Known.ALL_ACKNOWLEDGED,
                                        Set.of())),
                        null))
                .extracting(StatusCondition::type)
                .doesNotContain(ConditionType.Released);
    }

    @Test
    void aReleaseOfACommandCountsWithoutOneInTheSpec() {
        ReleaseStatus commanded =
                new ReleaseStatus(null, "request-1", 7, Known.entry(7, Phase.Active), null, List.of(), false);

        assertThat(get(
                                ConditionType.Released,
                                Known.facts(
                                        List.of(),
                                        new OverlayFacts(
                                                Known.resolved(Known.FIX),
                                                commanded,
                                                null,
                                                null,
                                                Known.ALL_ACKNOWLEDGED,
                                                Set.of())))
                        .isTrue())
                .isTrue();
    }

    @Test
    void itIsProgrammedWhenEveryProxyThatHasLoadedItHasAcknowledgedIt() {
        assertThat(programmed(Known.ALL_ACKNOWLEDGED).isTrue()).isTrue();
        assertThat(programmed(new ProxyFacts(1, 0, 0, 0, null, Set.of(), Set.of()))
                        .isTrue())
                .isTrue();
        isFalse(
                programmed(new ProxyFacts(26, 9, 8, 0, null, Set.of(), Set.of())),
                ConditionReason.Pending,
                "status.proxies");
    }

    @Test
    void aReplicaThatServesAnEarlierGenerationIsPending() {
        isFalse(
                programmed(new ProxyFacts(26, 9, 9, 0, null, Set.of("kitsune-1", "kitsune-0"), Set.of("kitsune-2"))),
                ConditionReason.Pending,
                "do not serve this generation yet: kitsune-0, kitsune-1");
    }

    @Test
    void aRefusalShowsEnvoysOwnWords() {
        StatusCondition refused = programmed(new ProxyFacts(
                26, 9, 7, 1, new EnvoyRefusal("gateway-1", "Invalid regex '(('"), Set.of("kitsune-1"), Set.of()));

        isFalse(refused, ConditionReason.Refused, "proxy gateway-1 refuses it: Invalid regex '(('");
        isFalse(
                programmed(new ProxyFacts(
                        26, 9, 9, 0, new EnvoyRefusal(null, "route gw/fix is not published"), Set.of(), Set.of())),
                ConditionReason.Refused,
                "route gw/fix is not published");
    }

    @Test
    void aSilentReplicaMakesItUnknown() {
        ProxyFacts proxies = new ProxyFacts(0, 0, 0, 0, null, Set.of(), Set.of("kitsune-1"));

        StatusCondition programmed = programmed(proxies);

        assertThat(programmed.state()).isEqualTo(ConditionState.Unknown);
        assertThat(programmed.reason()).isEqualTo(ConditionReason.ReplicaSilent);
        assertThat(programmed.message()).contains("kitsune-1");
        assertThat(get(ConditionType.Ready, Known.facts(Known.FIX, proxies)))
                .isEqualTo(new StatusCondition(
                        ConditionType.Ready, programmed.state(), programmed.reason(), programmed.message()));
    }

    @Test
    void withoutAnyProxyItIsNotProgrammed() {
        isFalse(programmed(ProxyFacts.NONE), ConditionReason.NoProxies, "start a gateway");
    }

    @Test
    void whatIsServedOnlyInPartIsNotProgrammed() {
        isFalse(
                programmed(Known.ALL_ACKNOWLEDGED, Known.invalid("there is no such component")),
                ConditionReason.Pending,
                "see the condition Accepted");
        isFalse(
                get(
                        ConditionType.Programmed,
                        Known.facts(
                                List.of(), new OverlayFacts(null, null, null, null, Known.ALL_ACKNOWLEDGED, Set.of()))),
                ConditionReason.Pending);
    }

    @Test
    void anAppDeploymentNeedsAReadyWorkloadForEachComponent() {
        ObjectKey key = new ObjectKey(Kind.AppDeployment, "shop", "shop-1");
        AppDeployment spec = new AppDeployment("shop", null, Map.of("cart", component("c1"), "web", component("w1")));
        ComponentVersion cart = new ComponentVersion("shop", "cart", "c1");
        ComponentVersion web = new ComponentVersion("shop", "web", "w1");
        Snapshot ready = serving(Map.of(cart, workload(true), web, workload(true)));
        Snapshot notReady = serving(Map.of(cart, workload(false), web, workload(true)));

        assertThat(workloadsReady(key, spec, ready).isTrue()).isTrue();
        isFalse(workloadsReady(key, spec, notReady), ConditionReason.NoWorkload, "serves shop/cart@c1:");
        isFalse(workloadsReady(key, spec, Snapshot.EMPTY), ConditionReason.NoWorkload, "shop/cart@c1, shop/web@w1");
    }

    private static StatusCondition workloadsReady(ObjectKey key, AppDeployment spec, Snapshot served) {
        List<StatusCondition> all = of(key, ObjectFacts.ofAppDeployment(List.of(), spec, served, Map.of()), null);
        assertThat(all.get(0).isTrue()).isTrue();
        return all.get(1);
    }

    private static AppDeployment.Component component(String version) {
        return new AppDeployment.Component(version, List.of(), Map.of(), Map.of(), Map.of(), null, null);
    }

    private static List<ResolvedWorkload> workload(boolean ready) {
        return List.of(new ResolvedWorkload(
                "shop", "pod", ready ? List.of(new Endpoint("127.0.0.1", 15406)) : List.of(), null, null, null));
    }

    private static Snapshot serving(Map<ComponentVersion, List<ResolvedWorkload>> workloads) {
        return new Snapshot(
                Snapshot.EMPTY.platform(),
                Snapshot.EMPTY.virtualEnvironments(),
                new Snapshot.Versions(HashTreePMap.empty(), HashTreePMap.from(workloads)),
                Snapshot.EMPTY.secrets(),
                Snapshot.EMPTY.released(),
                Snapshot.EMPTY.policies(),
                Snapshot.EMPTY.appDeployments());
    }
}
