package dev.kitsune.e2e.mesh;

import dev.kitsune.model.expiry.SightingStore;
import dev.kitsune.model.source.CatalogListener;
import dev.kitsune.model.source.Deciding;
import dev.kitsune.xds.folder.Known;
import dev.kitsune.xds.input.FolderInput;
import dev.kitsune.xds.input.Input;
import dev.kitsune.xds.input.InputException;
import dev.kitsune.xds.input.InputListener;
import dev.kitsune.xds.peer.AuthorityListener;
import dev.kitsune.xds.peer.PeerAuthority;
import dev.kitsune.xds.pipeline.Stores;
import dev.kitsune.xds.state.StateFolder;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A folder whose proxies have certificates of a CA of the mesh, although they reach the control plane by plaintext. */
final class SignedFolder implements Input {
    private final FolderInput folder;
    private final PeerAuthority first;
    private @Nullable AuthorityListener listener;

    SignedFolder(Path folder, PeerAuthority first) {
        this.folder = new FolderInput(folder, StateFolder.of(folder), false);
        this.first = first;
    }

    /** Replaces the CA. */
    void sign(PeerAuthority next) {
        Objects.requireNonNull(listener, "it is served").signedBy(next);
    }

    @Override
    public void followAuthority(AuthorityListener to) {
        listener = to;
        to.signedBy(first);
    }

    @Override
    public String name() {
        return folder.name();
    }

    @Override
    public Deciding deciding() {
        return folder.deciding();
    }

    @Override
    public Stores stores() {
        return folder.stores();
    }

    @Override
    public SightingStore sightings() {
        return folder.sightings();
    }

    @Override
    public void check() throws InputException {
        folder.check();
    }

    @Override
    public void open(InputListener to) throws InputException {
        folder.open(to);
    }

    @Override
    public void start(Known known, CatalogListener to) throws InputException {
        folder.start(known, to);
    }

    @Override
    public void stop() {
        folder.stop();
    }

    @Override
    public void close() {
        folder.close();
    }
}
