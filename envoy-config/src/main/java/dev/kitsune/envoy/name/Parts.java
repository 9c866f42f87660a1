package dev.kitsune.envoy.name;

import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.PeerIdentity;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Splits a name at its slashes. A missing or invalid part makes the name unknown, and never causes an exception. */
final class Parts {
    private final String[] parts;
    private int position;
    private boolean wrong;

    Parts(String text) {
        this.parts = text.split("/", -1);
    }

    String first() {
        return next();
    }

    String next() {
        if (position >= parts.length || parts[position].isEmpty()) {
            wrong = true;
            return "";
        }
        return parts[position++];
    }

    /** Returns the next part; null at the end. */
    @Nullable
    String nextOrNull() {
        return atEnd() ? null : next();
    }

    /** Takes the next part if it is this text. */
    boolean nextIs(String text) {
        boolean is = !atEnd() && parts[position].equals(text);
        position += is ? 1 : 0;
        return is;
    }

    VirtualEnvironmentName nextVirtualEnvironment() {
        return new VirtualEnvironmentName(next());
    }

    /** Two parts: {@code shop/cart@77aa010}. */
    ComponentVersion nextComponentVersion() {
        String app = next();
        String[] component = next().split("@", -1);
        if (component.length != 2 || component[0].isEmpty() || component[1].isEmpty()) {
            wrong = true;
            return new ComponentVersion(app, "", "");
        }
        return new ComponentVersion(app, component[0], component[1]);
    }

    /** One or two parts: {@code gateway}, or {@code shop/cart}. */
    PeerIdentity nextPeer() {
        String first = next();
        String text = atEnd() ? first : first + "/" + next();
        Optional<PeerIdentity> peer = PeerIdentity.parse(text);
        wrong |= peer.isEmpty();
        return peer.orElse(PeerIdentity.GATEWAY);
    }

    int nextPort() {
        String port = next();
        if (!port.matches("[1-9][0-9]{0,4}")) {
            wrong = true;
            return 0;
        }
        return Integer.parseInt(port);
    }

    boolean atEnd() {
        return position == parts.length;
    }

    <T> Optional<T> complete(@Nullable T name) {
        return wrong || !atEnd() ? Optional.empty() : Optional.ofNullable(name);
    }
}
