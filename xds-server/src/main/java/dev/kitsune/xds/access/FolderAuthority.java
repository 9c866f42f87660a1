package dev.kitsune.xds.access;

import com.google.common.base.Strings;
import dev.kitsune.xds.peer.AuthorityListener;
import dev.kitsune.xds.peer.PeerAuthority;
import dev.kitsune.xds.tls.PemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;

/**
 * The CA of the folder, with its key, which signs the certificates that proxies show to each other. Files are replaced one
 * after the other, so two that do not fit change nothing.
 */
final class FolderAuthority {
    private final TlsFolder folder;
    private final InstantSource clock;
    private final AuthorityListener listener;
    private String seen = "";

    FolderAuthority(TlsFolder folder, InstantSource clock, AuthorityListener listener) {
        this.folder = folder;
        this.clock = clock;
        this.listener = listener;
    }

    /** Looks at the files, and tells of a change. */
    void look() {
        try {
            String trusted = Files.readString(folder.file(TlsFolder.AUTHORITIES));
            String key = Files.readString(folder.file(TlsFolder.AUTHORITY_KEY));
            if (!seen.equals(trusted + key)) {
                listener.signedBy(PeerAuthority.of(trusted, key, trusted, clock));
                seen = trusted + key;
            }
        } catch (NoSuchFileException e) {
            listener.unsigned(
                    "copy " + TlsFolder.AUTHORITY_KEY + " of `kitsune certs` to the folder " + folder.folder());
        } catch (IOException e) {
            listener.unsigned(
                    folder.file(TlsFolder.AUTHORITY_KEY) + " cannot be read: check its owner and permissions");
        } catch (PemException e) {
            listener.unsigned(folder.file(TlsFolder.AUTHORITIES) + " or " + TlsFolder.AUTHORITY_KEY + " "
                    + Strings.nullToEmpty(e.getMessage()) + ": make them again with `kitsune certs --out "
                    + folder.folder() + "`");
        }
    }
}
