package dev.kitsune.xds.release;

import dev.kitsune.model.problem.Problem;
import dev.kitsune.model.release.ReleaseStatus;
import dev.kitsune.model.release.Request;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Where the releases of virtual environments are kept, and where commands ask for others. What is kept at once is kept
 * whole: whenever the process ends, the next one finds all of it or none.
 */
public interface ReleaseStore extends AutoCloseable {
    /** What was kept last, by virtual environment. What cannot be understood is left out, and a problem. */
    Map<String, ReleaseStatus> load();

    /** What is wrong with what was loaded. */
    List<Problem> problems();

    /**
     * Keeps the statuses of some virtual environments, and forgets those that have none any more.
     *
     * @param all of every virtual environment
     */
    void keep(Collection<String> changed, Map<String, ReleaseStatus> all) throws IOException;

    /** What commands ask for. */
    List<Request> requests();

    /** Calls when there is something new to be taken. */
    void listen(Runnable call) throws IOException;

    /** These requests are kept in the statuses now. */
    void taken(Collection<Request> requests) throws IOException;

    @Override
    void close();
}
