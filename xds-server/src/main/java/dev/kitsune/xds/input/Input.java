package dev.kitsune.xds.input;

import dev.kitsune.model.expiry.SightingStore;
import dev.kitsune.model.source.CatalogListener;
import dev.kitsune.model.source.Deciding;
import dev.kitsune.xds.folder.Known;
import dev.kitsune.xds.identity.PortAccess;
import dev.kitsune.xds.peer.AuthorityListener;
import dev.kitsune.xds.pipeline.Stores;

/** What a control plane serves. Its methods are called once each, and those that begin or end something in the order in which they stand here. */
public interface Input extends AutoCloseable {
    /** Returns its name for people. */
    String name();

    Deciding deciding();

    Stores stores();

    SightingStore sightings();

    /** Checks that there is something to serve, before a port is opened. */
    void check() throws InputException;

    /** Returns who may use the port for Envoys. */
    default PortAccess access() throws InputException {
        return PortAccess.OPEN;
    }

    /** Tells who signs the certificates of proxies, until this is closed. Nobody does by default. */
    default void followAuthority(AuthorityListener listener) {
        listener.unsigned("what is served has none");
    }

    /** Returns what it adds to a control plane, whose port for Envoys is not open yet. */
    default Companion accompany(ServedNow served) {
        return Companion.nothing(served.uses());
    }

    /** Begins to keep decisions, if this process decides. */
    void open(InputListener listener) throws InputException;

    /** Delivers the whole content before it returns, and later changes as they happen, in order and one at a time. */
    void start(Known known, CatalogListener listener) throws InputException;

    /** Stops reading. What was decided can still be saved. */
    void stop();

    @Override
    void close();
}
