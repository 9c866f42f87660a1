package dev.kitsune.e2e.demo;

import dev.kitsune.e2e.mesh.Mesh;

/** Prints commands to try while the shop keeps running. */
final class Invitation {
    private final Mesh mesh;
    private final Screen screen;

    Invitation(Mesh mesh, Screen screen) {
        this.mesh = mesh;
        this.screen = screen;
    }

    void show() {
        String url = "http://127.0.0.1:" + mesh.gatewayPort() + "/";
        screen.title("The shop keeps running. Try these commands:");
        screen.line("  curl -s -H 'Host: shop.localhost' -H 'kitsune-env: cart-fix' " + url);
        screen.line("  curl -s -H 'Host: shop.localhost' -H 'baggage: kitsune-env=summer-sale' " + url);
        screen.line("  curl -s -H 'Host: shop.localhost' '" + url + "?kitsune-env=my-idea'");
        screen.line("  curl -s -H 'Host: shop.localhost' -H 'kitsune-env: no-such-one' " + url);
        screen.line("");
        screen.line("You can add virtual environments to the manifests in "
                + mesh.folder().root());
        screen.line(
                "The inspection page is http://127.0.0.1:" + mesh.controlPlane().httpPort() + "/");
        screen.line("Ctrl-C stops everything.");
    }
}
