package dev.kitsune.xds.state;

import dev.kitsune.model.release.ReleaseRequest;
import dev.kitsune.xds.state.StateJson.BadStateException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of commands: a file for each virtual environment, written by the command and deleted when it is
 * processed.
 */
final class Requests {
    private static final Logger log = LoggerFactory.getLogger(Requests.class);

    private final StateFiles files;
    private final Disk disk;

    Requests(Path folder, Disk disk) {
        this.files = new StateFiles(folder, disk);
        this.disk = disk;
    }

    void create() throws IOException {
        files.create();
    }

    List<ReleaseRequest> all() {
        List<ReleaseRequest> found = new ArrayList<>();
        for (byte[] text : files.load().values()) {
            try {
                found.add(StateJson.request(text));
            } catch (BadStateException e) {
                // Only a command writes here, at once: what is no request is left for who put it there.
            }
        }
        return found;
    }

    /** A remaining file of a request does no harm, because the state knows its id. */
    void taken(Collection<ReleaseRequest> taken) {
        for (ReleaseRequest request : taken) {
            try {
                byte[] text = files.read(request.virtualEnvironment().value());
                if (text != null && StateJson.request(text).id().equals(request.id())) {
                    files.delete(request.virtualEnvironment().value());
                }
            } catch (BadStateException e) {
                // Another request replaced it.
            } catch (IOException e) {
                log.warn("A processed request cannot be deleted: {}", Disk.why(e));
            }
        }
    }

    void ask(ReleaseRequest request) throws IOException {
        disk.replace(files.folder().resolve(request.virtualEnvironment() + ".json"), StateJson.of(request));
    }
}
