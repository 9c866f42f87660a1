package dev.kitsune.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client with one thread and keep-alive connections. Every burst has a limit of requests and of time. */
public final class LoadClient implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    /** Sends each of the requests once. */
    public LoadResult once(int port, List<Shot> shots, int connections) throws InterruptedException {
        return run(port, shots, connections, shots.size(), Duration.ofMinutes(5));
    }

    /** Sends the requests in turn, and repeats them until the time is over. */
    public LoadResult forTime(int port, List<Shot> shots, int connections, Duration time) throws InterruptedException {
        return run(port, shots, connections, Long.MAX_VALUE, time);
    }

    private LoadResult run(int port, List<Shot> shots, int connections, long count, Duration time)
            throws InterruptedException {
        Burst burst = new Burst(shots, count, System.nanoTime() + time.toNanos(), connections);
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new HttpResponseDecoder(), new Connection(burst));
                    }
                });
        for (int i = 0; i < connections; i++) {
            ChannelFuture connecting = bootstrap.connect("127.0.0.1", port);
            connecting.addListener(done -> {
                if (!done.isSuccess()) {
                    burst.failed("no connection: " + done.cause());
                    burst.connectionEnded();
                }
            });
        }
        try {
            return burst.result().get(time.toSeconds() + PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return new LoadResult(0, Map.of("requests were never answered", 1), time.toSeconds(), new Latencies());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
