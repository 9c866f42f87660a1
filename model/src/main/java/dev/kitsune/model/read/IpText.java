package dev.kitsune.model.read;

import dev.kitsune.model.manifest.AddressRange;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** IP addresses and ranges of them as text. */
public final class IpText {
    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile("(" + BYTE + "\\.){3}" + BYTE);
    private static final Pattern PERHAPS_IPV6 = Pattern.compile("[0-9a-fA-F.]{0,4}:[0-9a-fA-F:.]{1,40}");
    private static final Pattern RANGE = Pattern.compile("([^/]+)/([1-9][0-9]{0,2})");

    private IpText() {}

    static boolean isAddress(String text) {
        return address(text).isPresent();
    }

    /**
     * A range with the bits behind its prefix set to zero. A range of all addresses is invalid, and so are IPv4
     * addresses in IPv6 notation, because Envoy compares neither as expected.
     */
    public static Optional<AddressRange> range(String text) {
        Matcher matcher = RANGE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int bits = Integer.parseInt(matcher.group(2));
        return address(matcher.group(1))
                .filter(address -> matcher.group(1).contains(":") == address instanceof Inet6Address)
                .filter(address -> bits <= address.getAddress().length * 8)
                .map(address -> new AddressRange(first(address, bits), bits));
    }

    private static Optional<InetAddress> address(String text) {
        if (!IPV4.matcher(text).matches() && !PERHAPS_IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            // A text with a colon, or of four numbers, is parsed and never resolved by DNS.
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static String first(InetAddress address, int bits) {
        byte[] bytes = address.getAddress();
        for (int bit = bits; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of another length", e);
        }
    }
}
