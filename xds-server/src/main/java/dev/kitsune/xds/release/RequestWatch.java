package dev.kitsune.xds.release;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls when a command left a request. Events are a hint: now and then it looks by itself. */
final class RequestWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RequestWatch.class);
    private static final long LOOK_SECONDS = 2;

    private final WatchService service;
    private final Runnable call;

    private RequestWatch(WatchService service, Runnable call) {
        this.service = service;
        this.call = call;
    }

    static RequestWatch start(Path requests, Runnable call) throws IOException {
        WatchService service = requests.getFileSystem().newWatchService();
        requests.register(service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
        RequestWatch watch = new RequestWatch(service, call);
        Thread thread = new Thread(watch::follow, "release-requests");
        thread.setDaemon(true);
        thread.start();
        return watch;
    }

    private void follow() {
        try {
            while (true) {
                WatchKey key = service.poll(LOOK_SECONDS, TimeUnit.SECONDS);
                if (key != null) {
                    key.pollEvents();
                    key.reset();
                }
                look();
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            log.debug("no longer looking for requests");
        }
    }

    private void look() {
        try {
            call.run();
        } catch (UncheckedIOException e) {
            log.debug("the folder of requests cannot be read now: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            log.debug("closing the watch for requests: {}", e.getMessage());
        }
    }
}
