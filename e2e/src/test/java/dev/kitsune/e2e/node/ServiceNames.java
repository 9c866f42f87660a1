package dev.kitsune.e2e.node;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Answers the questions of pods for the names of Services, as the DNS of a cluster does. It asks the API server each time,
 * so a name resolves as soon as its Service exists. All other names are unknown.
 */
final class ServiceNames implements AutoCloseable {
    private static final String DOMAIN = ".svc.cluster.local";
    private static final int PORT = 53;
    private static final int LARGEST = 512;
    private static final int HEADER = 12;
    private static final int ADDRESS_TYPE = 1;
    private static final int INTERNET = 1;
    private static final int TTL_SECONDS = 1;
    private static final int ANSWER = 0x8580; // an answer of the server that knows best, to a question that may recurse
    private static final int UNKNOWN_NAME = 3;
    private static final int POINTER_TO_QUESTION = 0xc000 + HEADER;

    private final KubernetesClient client;
    private final Map<String, String> own;
    private final DatagramSocket socket;

    /**
     * Begins to answer.
     *
     * @param address where it listens
     * @param own addresses of names that are no Services here, such as {@code kitsune.kitsune}
     */
    ServiceNames(KubernetesClient client, String address, Map<String, String> own) throws SocketException {
        this.client = client;
        this.own = own;
        this.socket = new DatagramSocket(new InetSocketAddress(address, PORT));
        Thread thread = new Thread(this::run, "service-names");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!socket.isClosed()) {
            DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
            try {
                socket.receive(packet);
                byte[] answer = answer(packet.getData());
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (IOException | RuntimeException e) {
                if (!socket.isClosed()) {
                    System.err.println("No answer to a question for a name: " + e);
                }
            }
        }
    }

    private byte[] answer(byte[] asked) throws IOException {
        ByteBuffer question = ByteBuffer.wrap(asked);
        short id = question.getShort(0);
        question.position(HEADER);
        String name = name(question);
        int type = question.getShort();
        int end = question.position() + Short.BYTES;
        @Nullable String address = address(name);
        boolean answered = address != null && type == ADDRESS_TYPE;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(id);
        out.writeShort(address == null ? ANSWER + UNKNOWN_NAME : ANSWER);
        out.writeShort(1); // questions
        out.writeShort(answered ? 1 : 0);
        out.writeInt(0); // authorities, and what else may be said
        out.write(asked, HEADER, end - HEADER);
        if (answered) {
            byte[] ip = InetAddress.getByName(address).getAddress();
            out.writeShort(POINTER_TO_QUESTION);
            out.writeShort(ADDRESS_TYPE);
            out.writeShort(INTERNET);
            out.writeInt(TTL_SECONDS);
            out.writeShort(ip.length);
            out.write(ip);
        }
        return bytes.toByteArray();
    }

    private static String name(ByteBuffer question) {
        StringJoiner name = new StringJoiner(".");
        int length = question.get();
        while (length > 0) {
            byte[] label = new byte[length];
            question.get(label);
            name.add(new String(label, StandardCharsets.US_ASCII));
            length = question.get();
        }
        return name.toString();
    }

    private @Nullable String address(String name) {
        if (!name.endsWith(DOMAIN)) {
            return null;
        }
        String service = name.substring(0, name.length() - DOMAIN.length());
        if (own.containsKey(service)) {
            return own.get(service);
        }
        String[] parts = service.split("\\.", 3);
        if (parts.length != 2) {
            return null;
        }
        Service found =
                client.services().inNamespace(parts[1]).withName(parts[0]).get();
        return found == null ? null : found.getSpec().getClusterIP();
    }

    @Override
    public void close() {
        socket.close();
    }
}
