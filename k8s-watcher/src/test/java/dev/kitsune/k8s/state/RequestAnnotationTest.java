package dev.kitsune.k8s.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.VirtualEnvironment.Release;
import dev.kitsune.model.manifest.VirtualEnvironment.ReleasedApp;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.release.ReleaseRequest;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of commands as annotations. */
class RequestAnnotationTest {
    private static final VirtualEnvironmentName MAIN = new VirtualEnvironmentName("main");

    static Stream<ReleaseRequest> requests() {
        return Stream.of(
                new ReleaseRequest.Start(
                        "id-1", MAIN, new Release(Map.of("shop", new ReleasedApp("shop-1", "1.0")), "again")),
                new ReleaseRequest.Back("id-2", MAIN, 3),
                new ReleaseRequest.Back("id-3", MAIN, null));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestIsReadBack(ReleaseRequest request) {
        assertThat(RequestAnnotation.read(MAIN, RequestAnnotation.text(request)).request())
                .isEqualTo(request);
    }

    @Test
    void theTextIsTheDocumentedForm() {
        assertThat(RequestAnnotation.text(new ReleaseRequest.Back("id-2", MAIN, 3)))
                .isEqualTo("{\"id\":\"id-2\",\"rollback\":{\"to\":3}}");
        assertThat(RequestAnnotation.text(new ReleaseRequest.Start(
                        "id-1", MAIN, new Release(Map.of("shop", new ReleasedApp("shop-1", null)), null))))
                .isEqualTo("{\"id\":\"id-1\",\"release\":{\"apps\":{\"shop\":{\"appDeployment\":\"shop-1\"}}}}");
    }

    @Test
    void noAnnotationAsksForNothing() {
        assertThat(RequestAnnotation.read(MAIN, null)).isEqualTo(RequestAnnotation.AnnotatedRequest.NOTHING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "again",
                "{}",
                "{\"id\": \"\", \"rollback\": {}}",
                "{\"rollback\": {}}",
                "{\"id\": \"a\"}",
                "{\"id\": \"a\", \"release\": {}}",
                "{\"id\": \"a\", \"release\": {\"apps\": {\"shop\": {}}}}",
                "{\"id\": \"a\", \"release\": {\"apps\": {\"shop\": null}}}",
                "{\"id\": \"a\", \"release\": {\"apps\": {}}, \"rollback\": {}}",
                "{\"id\": \"a\", \"rollback\": {\"too\": 3}}"
            })
    void anyOtherTextSaysWhatIsExpected(String text) {
        RequestAnnotation.AnnotatedRequest asked = RequestAnnotation.read(MAIN, text);

        assertThat(asked.request()).isNull();
        assertThat(asked.trouble()).contains("kitsune.dev/request", "expected {\"id\"");
    }
}
