package dev.kitsune.model.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.PodTemplate;
import dev.kitsune.model.snapshot.ComponentVersion;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One component version has one template of its pods, and no Envoy gets anything of it. */
class TemplatesTest {
    private static final ComponentVersion CART = new ComponentVersion("shop", "cart", "c2");

    private final Mesh mesh = Shop.mesh();

    @BeforeEach
    void resolve() {
        mesh.resolveFresh();
    }

    private void declare(String name, @Nullable String image) {
        String template = image == null ? "" : ", template: {spec: {containers: [{name: app, image: " + image + "}]}}";
        mesh.file(
                        name + ".yaml",
                        Shop.object(
                                "AppDeployment",
                                "shop",
                                name,
                                "app: shop, components: {cart: {version: c2" + template + "}}"))
                .resolve();
        assertThat(mesh.snapshot().versions().templates())
                .isEqualTo(mesh.fresh().snapshot().versions().templates());
        assertThat(mesh.resolution().problems()).hasSameElementsAs(mesh.fresh().problems());
    }

    private void isInForce(@Nullable String image) {
        if (image == null) {
            assertThat(mesh.snapshot().versions().templates()).doesNotContainKey(CART);
        } else {
            assertThat(mesh.snapshot().versions().templates().get(CART))
                    .isEqualTo(new PodTemplate(
                            "{\"spec\":{\"containers\":[{\"image\":\"" + image + "\",\"name\":\"app\"}]}}"));
        }
    }

    @Test
    void theFirstTemplateIsInForceAndAnotherOneIsAProblem() {
        declare("a", null);
        isInForce(null);
        declare("b", "one");
        isInForce("one");
        declare("c", "two");
        isInForce("one");
        declare("d", "one");

        assertThat(mesh.resolution().problems())
                .filteredOn(problem -> problem.message().contains("template"))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.toString()).startsWith("c.yaml:4:").contains("ComponentVersionConflict");
                    assertThat(problem.field()).isEqualTo("spec.components.cart.template");
                    assertThat(problem.message())
                            .isEqualTo("shop/cart@c2 has another template of its pods in AppDeployment/shop/b: declare"
                                    + " them equally, or give this build a version of its own");
                });
    }

    @Test
    void whoSaysNothingOfThePodsIsNoConflict() {
        declare("a", "one");
        declare("b", null);

        assertThat(mesh.errors()).isEmpty();
        mesh.delete("a.yaml").resolve();
        isInForce(null);
    }

    @Test
    void theNextTemplateIsInForceWhenTheFirstHasGone() {
        declare("a", "one");
        declare("b", "two");
        mesh.delete("a.yaml").resolve();

        isInForce("two");
        assertThat(mesh.errors()).isEmpty();
    }

    @Test
    void aChangedTemplateConcernsNoEnvoy() {
        declare("a", "one");
        declare("a", "two");

        isInForce("two");
        assertThat(mesh.resolution().changed()).isEmpty();
    }
}
