package dev.kitsune.e2e.demo;

import dev.kitsune.e2e.app.EchoApp;
import dev.kitsune.e2e.http.Call;
import dev.kitsune.e2e.mesh.AppStarter;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import java.util.List;
import java.util.Map;

/** The sample shop, with its apps and the expected visit of each virtual environment. */
final class Shop {
    static final String URL = "http://shop.localhost/";
    static final String ROTATED_KEY = "cart-fix-account-2718";

    private static final String FRONTEND = "9f1c2ab";
    private static final String CART = "77aa010";
    private static final String FIXED_CART = "4f2c1d0";
    private static final String CATALOG = "5be31c7";

    static final Visit MAIN =
            Visit.promised(FRONTEND, CART, CATALOG, "greeting=Hello currency=EUR discount=0", "main-account-5512");
    static final Visit CART_FIX = Visit.promised(
            FRONTEND, FIXED_CART, CATALOG, "greeting=Howdy currency=EUR discount=0", "cart-fix-account-0907");
    static final Visit SUMMER_SALE = Visit.promised(
            FRONTEND, CART, CATALOG, "greeting=Hello currency=CHF discount=25", "summer-sale-account-3141");

    /** The demo writes this file at run time. It is an overlay of an overlay. */
    static final String FOURTH_FILE = "my-idea.yaml";

    static final String FOURTH_TEXT = """
            apiVersion: kitsune.dev/v1alpha1
            kind: VirtualEnvironment
            metadata: {name: my-idea, namespace: shop}
            spec:
              parent: summer-sale
              data: {variables: {greeting: Servus}}
              components: {cart: 4f2c1d0}
            """;

    static final Visit FOURTH = Visit.promised(
            FRONTEND, FIXED_CART, CATALOG, "greeting=Servus currency=CHF discount=25", "summer-sale-account-3141");

    /** The visit after the change of its secret. */
    static final Visit CART_FIX_ROTATED =
            Visit.promised(FRONTEND, FIXED_CART, CATALOG, CART_FIX.variables(), ROTATED_KEY);

    /** The visit after the change of its component version. */
    static final Visit SUMMER_SALE_FIXED =
            Visit.promised(FRONTEND, FIXED_CART, CATALOG, SUMMER_SALE.variables(), "summer-sale-account-3141");

    /** The next release of the shop, in which one component has another version. */
    static final String NEXT_FILE = "shop-next.yaml";

    static final String NEXT_TEXT = """
            apiVersion: kitsune.dev/v1alpha1
            kind: AppDeployment
            metadata: {name: shop-next, namespace: shop}
            spec:
              app: shop
              components:
                frontend:
                  version: 9f1c2ab
                  routes: [{rule: Host(`shop.localhost`)}]
                  variables: {greeting: {type: String, required: true}}
                  dependencies: {cart: {type: Component}, catalog: {type: Component}}
                cart:
                  version: 4f2c1d0
                  variables: {currency: {type: String, required: true}}
                  dependencies: {payments: {type: Adapter}}
                catalog:
                  version: 5be31c7
                  variables: {discount: {type: Number, default: 0}}
                  dependencies: {payments: {type: Adapter}}
            """;

    static final Visit MAIN_NEXT = Visit.promised(FRONTEND, FIXED_CART, CATALOG, MAIN.variables(), "main-account-5512");

    private static final Map<String, List<String>> CALLS = Map.of(
            "frontend", List.of("http://cart/items", "http://catalog/offers"),
            "cart", List.of("http://payments/charges"),
            "catalog", List.of("http://payments/prices"));

    /** Apps that know nothing of virtual environments. */
    static final AppStarter APPS = (component, port, outboundPort) -> {
        String name = component.name().component();
        EchoApp app = new EchoApp(name, component.version(), port, outboundPort, CALLS.getOrDefault(name, List.of()));
        return app::close;
    };

    private Shop() {}

    static Call visit(VirtualEnvironmentName virtualEnvironment) {
        return Call.get(URL).in(virtualEnvironment);
    }
}
