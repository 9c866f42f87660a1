package dev.kitsune.e2e.behaviour;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.kitsune.e2e.http.Answer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Requests by HTTP/2 without TLS from the first byte on; the JDK's client would begin with HTTP/1.1 and ask for more. */
final class PriorKnowledge {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PriorKnowledge() {}

    static Answer get(int port, String authority, String path, String environment) throws Exception {
        return get(port, authority, path, environment, Map.of());
    }

    /** With further headers, their names in lower case. */
    static Answer get(int port, String authority, String path, String environment, Map<String, String> more)
            throws Exception {
        Collector collector = new Collector();
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
                    .handler(collector)
                    .open()
                    .get();
            Http2Headers headers = new DefaultHttp2Headers()
                    .method("GET")
                    .scheme("http")
                    .authority(authority)
                    .path(path)
                    .add("kitsune-env", environment);
            more.forEach(headers::add);
            stream.writeAndFlush(new DefaultHttp2HeadersFrame(headers, true)).sync();
            return collector.answer.get(40, TimeUnit.SECONDS);
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
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
