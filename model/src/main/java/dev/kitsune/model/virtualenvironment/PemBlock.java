package dev.kitsune.model.virtualenvironment;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One block of a text in PEM. Text between blocks is ignored. */
final class PemBlock {
    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*+)-----END \\1-----");
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final byte[] VERSION = {0x02, 0x01, 0x00};

    private final String label;
    private final byte[] content;

    private PemBlock(String label, byte[] content) {
        this.label = label;
        this.content = content;
    }

    static List<PemBlock> in(byte[] text) {
        List<PemBlock> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(new String(text, StandardCharsets.ISO_8859_1));
        while (block.find()) {
            try {
                blocks.add(new PemBlock(
                        block.group(1),
                        Base64.getDecoder().decode(block.group(2).replaceAll("\\s+", ""))));
            } catch (IllegalArgumentException e) {
                blocks.add(new PemBlock(block.group(1), new byte[0]));
            }
        }
        return blocks;
    }

    String label() {
        return label;
    }

    byte[] content() {
        return content.clone();
    }

    /** Returns a private key in the form that Java reads; null for other blocks, and for keys with a passphrase. */
    byte @Nullable [] asPkcs8(PublicKey publicKey) {
        if (label.equals("PRIVATE KEY")) {
            return content();
        }
        boolean older = label.equals("RSA PRIVATE KEY") || label.equals("EC PRIVATE KEY");
        return older && content.length > 0 ? der(SEQUENCE, VERSION, algorithm(publicKey), der(OCTETS, content)) : null;
    }

    /** Returns the first part of an encoded public key: the algorithm, with the curve. */
    private static byte[] algorithm(PublicKey key) {
        byte[] encoded = key.getEncoded();
        int start = 2 + lengthBytes(encoded, 1);
        int length = encoded[start + 1];
        return Arrays.copyOfRange(encoded, start, start + 2 + length);
    }

    private static int lengthBytes(byte[] encoded, int at) {
        return encoded[at] >= 0 ? 0 : encoded[at] & 0x7F;
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(tag);
        if (length < 0x80) {
            whole.write(length);
        } else if (length < 0x100) {
            whole.write(0x81);
            whole.write(length);
        } else {
            whole.write(0x82);
            whole.write(length >> 8);
            whole.write(length);
        }
        whole.writeBytes(content.toByteArray());
        return whole.toByteArray();
    }
}
