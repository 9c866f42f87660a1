package dev.kitsune.xds.input;

import dev.kitsune.model.expiry.SightingStore;
import dev.kitsune.model.source.CatalogListener;
import dev.kitsune.model.source.Deciding;
import dev.kitsune.xds.access.FolderAccess;
import dev.kitsune.xds.access.TlsFolder;
import dev.kitsune.xds.access.TlsFolder.UnusableFileException;
import dev.kitsune.xds.folder.FolderSource;
import dev.kitsune.xds.folder.Known;
import dev.kitsune.xds.folder.NoFolderException;
import dev.kitsune.xds.identity.PortAccess;
import dev.kitsune.xds.peer.AuthorityListener;
import dev.kitsune.xds.pipeline.Stores;
import dev.kitsune.xds.state.LastGoodFile;
import dev.kitsune.xds.state.SightingsFile;
import dev.kitsune.xds.state.StateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** A folder of manifests, with the folder of its state. */
public final class FolderInput implements Input {
    private final Path folder;
    private final Path kept;
    private final boolean follows;
    private final StateFolder state;
    private final LastGoodFile lastGood;
    private final @Nullable Path tls;
    private @Nullable FolderSource source;
    private @Nullable FolderAccess access;

    /**
     * A folder that is not read yet.
     *
     * @param kept the folder of its state
     * @param follows whether another process decides and saves the state, and this process only serves its decisions
     */
    public FolderInput(Path folder, Path kept, boolean follows) {
        this(folder, kept, follows, null);
    }

    /**
     * The same for proxies that say who they are.
     *
     * @param tls the folder of {@code kitsune certs}; null for plaintext, where nobody needs to say who he is
     */
    public FolderInput(Path folder, Path kept, boolean follows, @Nullable Path tls) {
        this.tls = tls;
        this.folder = folder;
        this.kept = kept;
        this.follows = follows;
        this.state = new StateFolder(kept);
        this.lastGood = new LastGoodFile(state);
    }

    @Override
    public String name() {
        return folder.toAbsolutePath().normalize().toString();
    }

    @Override
    public Deciding deciding() {
        return follows ? Deciding.NEVER : Deciding.ALWAYS;
    }

    @Override
    public Stores stores() {
        return new Stores(state, lastGood, !follows, follows);
    }

    @Override
    public SightingStore sightings() {
        return new SightingsFile(state);
    }

    @Override
    public void check() throws InputException {
        try {
            FolderSource.await(folder);
        } catch (NoFolderException e) {
            throw new InputException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public PortAccess access() throws InputException {
        if (tls == null) {
            return PortAccess.OPEN;
        }
        try {
            FolderAccess opened = FolderAccess.open(new TlsFolder(tls), InstantSource.system());
            access = opened;
            return opened.access();
        } catch (UnusableFileException e) {
            throw new InputException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void followAuthority(AuthorityListener listener) {
        if (access == null) {
            listener.unsigned("start `kitsune serve` with --tls, and with the key of the CA in its folder");
        } else {
            access.followAuthority(listener);
        }
    }

    @Override
    public void open(InputListener listener) throws InputException {
        state.whenReplaced(listener::lostTimes);
        if (follows) {
            return;
        }
        try {
            state.open(folder);
        } catch (IOException e) {
            throw new InputException(
                    "cannot keep the state of releases in " + kept + ": " + e.getMessage()
                            + "; choose another folder with --state, or serve what another process decides with"
                            + " --follow",
                    e);
        }
    }

    @Override
    public void start(Known known, CatalogListener listener) throws InputException {
        FolderSource opened = new FolderSource(folder, known);
        source = opened;
        try {
            opened.start(listener);
        } catch (NoFolderException e) {
            throw new InputException(String.valueOf(e.getMessage()), e);
        } catch (UncheckedIOException e) {
            throw new InputException(
                    "cannot follow the folder " + folder + ": " + e.getMessage() + "; check its owner and permissions",
                    e);
        }
    }

    @Override
    public void stop() {
        if (source != null) {
            source.close();
        }
    }

    @Override
    public void close() {
        state.close();
        if (access != null) {
            access.close();
        }
    }
}
