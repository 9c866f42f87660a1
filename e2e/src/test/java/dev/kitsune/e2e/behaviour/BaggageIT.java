package dev.kitsune.e2e.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.e2e.envoy.EnvoyBinary;
import dev.kitsune.e2e.http.Answer;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.mesh.Mesh;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sends baggage of any size. The libraries of apps read only 64 members and 8,192 bytes. */
class BaggageIT {
    private static final int BYTES = 8192;

    @TempDir
    static Path temp;

    private static Mesh mesh;

    @BeforeAll
    static void start() throws Exception {
        mesh = LiveShop.mesh(temp);
        LiveShop.addGreen(mesh.folder());
        mesh.start(EnvoyBinary.find(System.err::println));
    }

    @AfterAll
    static void stop() {
        mesh.close();
    }

    @Test
    void theContextComesFirstAndWholeMembersBeyondTheLimitAreDropped() throws Exception {
        String baggage = seen(Call.get("http://shop.localhost/")
                .in(new VirtualEnvironmentName("green"))
                .with("baggage", members(100, 200)));
        assertThat(baggage).startsWith("kitsune-env=green,").hasSizeLessThanOrEqualTo(BYTES);
        List<String> members = List.of(baggage.split(",", -1));
        assertThat(members).hasSizeGreaterThan(30).allMatch(member -> !member.isEmpty());
        assertThat(members.subList(1, members.size()))
                .isEqualTo(IntStream.range(0, members.size() - 1)
                        .mapToObj(i -> member(i, 200))
                        .toList());
        assertThat(baggage.length() + 1 + member(0, 200).length())
                .as("no member within the limit is dropped")
                .isGreaterThan(BYTES);
    }

    @Test
    void severalLinesAreOneBaggage() throws Exception {
        String baggage = seen(Call.get("http://shop.localhost/")
                .in(new VirtualEnvironmentName("green"))
                .with("baggage", members(40, 200))
                .with("baggage", "late=1"));
        assertThat(baggage).startsWith("kitsune-env=green,").hasSizeLessThanOrEqualTo(BYTES);
    }

    @Test
    void aContextBeyondTheLimitIsReadAndComesFirst() throws Exception {
        String baggage =
                seen(Call.get("http://shop.localhost/").with("baggage", members(60, 200) + ",kitsune-env=green"));
        assertThat(baggage).startsWith("kitsune-env=green,").hasSizeLessThanOrEqualTo(BYTES);
    }

    @Test
    void baggageWithinTheLimitIsUnchanged() throws Exception {
        String sent = members(63, 20);
        assertThat(seen(Call.get("http://shop.localhost/")
                        .in(new VirtualEnvironmentName("green"))
                        .with("baggage", sent)))
                .isEqualTo("kitsune-env=green," + sent);
    }

    @Test
    void aCallThatLeavesTheMeshHasAllOtherMembers() throws Exception {
        String within = members(40, 200);
        assertThat(atPayments("kitsune-env=green," + within).receivedOne("baggage"))
                .isEqualTo(within);
        assertThat(atPayments("a=1, kitsune-env=green").receivedOne("baggage")).isEqualTo("a=1");
        String beyond = members(41, 200);
        assertThat(atPayments("kitsune-env=green," + beyond).receivedOne("baggage"))
                .isEqualTo(beyond);
    }

    private static Answer atPayments(String baggage) throws Exception {
        Answer answer = mesh.appOf("frontend")
                .send(Call.get("http://payments/")
                        .in(new VirtualEnvironmentName("green"))
                        .with("baggage", baggage));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.received("kitsune-env")).isEmpty();
        return answer;
    }

    /** Returns the baggage that the app behind the gateway receives. */
    private static String seen(Call call) throws Exception {
        Answer answer = mesh.send(call);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.receivedOne("kitsune-env")).isEqualTo("green");
        return answer.receivedOne("baggage");
    }

    private static String members(int count, int bytes) {
        return IntStream.range(0, count).mapToObj(i -> member(i, bytes)).collect(Collectors.joining(","));
    }

    private static String member(int i, int bytes) {
        String name = "m" + i + "=";
        return name + "v".repeat(bytes - name.length());
    }
}
