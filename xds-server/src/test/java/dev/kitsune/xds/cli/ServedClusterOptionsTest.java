package dev.kitsune.xds.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServedClusterOptionsTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.7, 10.0.0.7:18000",
        "kitsune-0.local, kitsune-0.local:18000",
        "fd00::7, [fd00::7]:18000",
        "[fd00::7], [fd00::7]:18000"
    })
    void theOtherReplicasReachTheHostAtThePortForEnvoys(String host, String address) {
        assertThat(ServedClusterOptions.advertised(host, 18000)).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.7:18000", "[fd00::7]:18000"})
    void aPortIsNotPartOfTheHost(String host) {
        assertThatThrownBy(() -> ServedClusterOptions.advertised(host, 18000))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("--advertise " + host + ": a host without a port was expected");
    }

    @Test
    void aPortThatIsChosenAtTheStartCannotBeKnown() {
        assertThatThrownBy(() -> ServedClusterOptions.advertised("10.0.0.7", 0))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("name the port with --xds");
    }
}
