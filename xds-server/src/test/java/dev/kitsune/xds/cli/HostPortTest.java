package dev.kitsune.xds.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

class HostPortTest {
    private final HostPort.HostPortConverter converter = new HostPort.HostPortConverter();

    @Test
    void readsNamesAndAddressesOfBothFamilies() {
        assertThat(converter.convert("127.0.0.1:18000")).isEqualTo(new HostPort("127.0.0.1", 18000));
        assertThat(converter.convert("kitsune.local:0")).isEqualTo(new HostPort("kitsune.local", 0));
        assertThat(converter.convert("[::1]:18000")).isEqualTo(new HostPort("::1", 18000));
        assertThat(converter.convert("[::1]:18000")).hasToString("[::1]:18000");
    }

    @ParameterizedTest
    @CsvSource({
        "18000, not HOST:PORT",
        "127.0.0.1, not HOST:PORT",
        ":18000, not HOST:PORT",
        "::1:18000, write an IPv6 address in brackets",
        "127.0.0.1:http, from 0 to 65535",
        "127.0.0.1:65536, from 0 to 65535",
        "127.0.0.1:-1, from 0 to 65535"
    })
    void saysWhyOtherTextIsInvalid(String text, String why) {
        assertThatThrownBy(() -> converter.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining(text)
                .hasMessageContaining(why);
    }

    @Test
    void listensOnlyOnAddressesOfThisMachine() {
        assertThat(converter.convert("127.0.0.1:0").local("--xds").getPort()).isZero();
        assertThat(converter.convert("127.0.0.2:18000").local("--xds").getPort())
                .isEqualTo(18000);
        assertThat(converter.convert("0.0.0.0:18000").local("--xds").getPort()).isEqualTo(18000);
        assertThatThrownBy(() -> converter.convert("192.0.2.1:18000").local("--xds"))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("--xds 192.0.2.1:18000: this machine has no such address");
    }
}
