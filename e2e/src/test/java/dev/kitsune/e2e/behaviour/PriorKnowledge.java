package dev.kitsune.e2e.behaviour;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.kitsune.e2e.http.Answer;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests by HTTP/2 without TLS from the first byte. The JDK's client would start with HTTP/1.1 and upgrade.
 */
final class PriorKnowledge {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PriorKnowledge() {}

    static Answer get(int port, String authority, String path, String virtualEnvironment) throws Exception {
        return get(port, authority, path, virtualEnvironment, Map.of());
    }

    /** Sends a request with further headers, whose names are in lower case. */
    static Answer get(int port, String authority, String path, String virtualEnvironment, Map<String, String> more)
            throws Exception {
        Http2Headers headers = new DefaultHttp2Headers()
                .method("GET")
                .scheme("http")
                .authority(authority)
                .path(path)
                .add("kitsune-env", virtualEnvironment);
        more.forEach(headers::add);
        Collector collector = new Collector();
        return send(port, collector, new DefaultHttp2HeadersFrame(headers, true), collector.answer);
    }

    /** Opens a tunnel by CONNECT, sends some bytes, and returns the first bytes of the answer. */
    static byte[] connect(int port, String authority, String virtualEnvironment, byte[] says, int bytes)
            throws Exception {
        Http2Headers headers =
                new DefaultHttp2Headers().method("CONNECT").authority(authority).add("kitsune-env", virtualEnvironment);
        Listener listener = new Listener(says, bytes);
        return send(port, listener, new DefaultHttp2HeadersFrame(headers, false), listener.heard);
    }

    private static <T> T send(
            int port, ChannelHandler handler, DefaultHttp2HeadersFrame headers, CompletableFuture<T> answer)
            throws Exception {
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            Channel connection = new Bootstrap()
                    .group(loop)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            channel.pipeline()
                                    .addLast(Http2FrameCodecBuilder.forClient().build())
                                    .addLast(new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                        }
                    })
                    .connect("127.0.0.1", port)
                    .sync()
                    .channel();
            Http2StreamChannel stream = new Http2StreamChannelBootstrap(connection)
                    .handler(handler)
                    .open()
                    .get();
            stream.writeAndFlush(headers).sync();
            return answer.get(40, TimeUnit.SECONDS);
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        }
    }

    private static final class Listener extends SimpleChannelInboundHandler<Http2StreamFrame> {
        private final CompletableFuture<byte[]> heard = new CompletableFuture<>();
        private final ByteArrayOutputStream soFar = new ByteArrayOutputStream();
        private final byte[] says;
        private final int bytes;

        Listener(byte[] says, int bytes) {
            this.says = says;
            this.bytes = bytes;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, Http2StreamFrame frame) throws IOException {
            if (frame instanceof Http2HeadersFrame headers
                    && headers.headers().status() != null
                    && headers.headers().status().toString().equals("200")) {
                ChannelFuture unused = context.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(says)));
            } else if (frame instanceof Http2DataFrame data) {
                data.content().readBytes(soFar, data.content().readableBytes());
                if (soFar.size() >= bytes) {
                    heard.complete(Arrays.copyOf(soFar.toByteArray(), bytes));
                }
            } else {
                heard.completeExceptionally(new IOException("not connected: " + frame));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            heard.completeExceptionally(cause);
        }
    }

    private static final class Collector extends SimpleChannelInboundHandler<Http2StreamFrame> {
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private int status;

        @Override
        protected void channelRead0(ChannelHandlerContext context, Http2StreamFrame frame) throws IOException {
            boolean end = false;
            if (frame instanceof Http2HeadersFrame headers) {
                if (headers.headers().status() != null) {
                    status = Integer.parseInt(headers.headers().status().toString());
                }
                end = headers.isEndStream();
            } else if (frame instanceof Http2DataFrame data) {
                data.content().readBytes(body, data.content().readableBytes());
                end = data.isEndStream();
            } else if (frame instanceof Http2ResetFrame reset) {
                answer.completeExceptionally(new IOException("the stream was reset: " + reset.errorCode()));
            }
            if (end) {
                String text = body.toString(StandardCharsets.UTF_8);
                answer.complete(
                        new Answer(status, Map.of(), text.startsWith("{") ? JSON.readTree(text) : new TextNode(text)));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            answer.completeExceptionally(cause);
        }
    }
}
