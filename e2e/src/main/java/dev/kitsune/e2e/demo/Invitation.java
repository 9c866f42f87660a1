package dev.kitsune.e2e.demo;

import dev.kitsune.e2e.mesh.Mesh;

/** What to try while the shop stays up. */
final class Invitation {
    private final Mesh mesh;
    private final Screen screen;

    Invitation(Mesh mesh, Screen screen) {
        this.mesh = mesh;
        this.screen = screen;
    }

    void show() {
        String url = "http://127.0.0.1:" + mesh.gatewayPort() + "/";
        screen.title("The shop stays up. Try:");
        screen.line("  curl -s -H 'Host: shop.localhost' -H 'kitsune-env: cart-fix' " + url);
        screen.line("  curl -s -H 'Host: shop.localhost' -H 'baggage: kitsune-env=summer-sale' " + url);
        screen.line("  curl -s -H 'Host: shop.localhost' '" + url + "?kitsune-env=my-idea'");
        screen.line("  curl -s -H 'Host: shop.localhost' -H 'kitsune-env: no-such-one' " + url);
        screen.line("");
        screen.line("Its manifests (write another virtual environment there): "
                + mesh.folder().root());
        screen.line("Inspection: http://127.0.0.1:" + mesh.controlPlane().httpPort() + "/");
        screen.line("Ctrl-C stops everything.");
    }
}
