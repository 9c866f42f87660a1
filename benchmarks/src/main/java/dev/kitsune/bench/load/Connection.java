package dev.kitsune.bench.load;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** Sends requests on one connection, each after the answer to the previous one. */
final class Connection extends ChannelInboundHandlerAdapter {
    private final Burst burst;
    private @Nullable Shot waiting;
    private long sentAt;
    private int status;
    private @Nullable String seen;

    Connection(Burst burst) {
        this.burst = burst;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        sendNext(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpResponse response) {
            status = response.status().code();
            seen = response.headers().get(Shot.SEEN);
        }
        boolean last = message instanceof LastHttpContent;
        ReferenceCountUtil.release(message);
        Shot shot = waiting;
        if (last && shot != null) {
            burst.answered(shot, status, seen, System.nanoTime() - sentAt);
            sendNext(context);
        }
    }

    private void sendNext(ChannelHandlerContext context) {
        waiting = burst.next();
        if (waiting == null) {
            close(context);
            return;
        }
        sentAt = System.nanoTime();
        ChannelFuture unused = context.writeAndFlush(
                Unpooled.wrappedBuffer(waiting.request().asReadOnlyByteBuffer()), context.voidPromise());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (waiting != null) {
            burst.failed("the connection was closed before an answer");
        }
        burst.connectionEnded();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        burst.failed(cause.toString());
        waiting = null;
        close(context);
    }

    /** The future is not needed, because {@link #channelInactive} is called at the end. */
    private static void close(ChannelHandlerContext context) {
        ChannelFuture unused = context.close();
    }
}
