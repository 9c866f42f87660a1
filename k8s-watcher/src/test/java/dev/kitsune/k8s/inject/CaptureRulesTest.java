package dev.kitsune.k8s.inject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.k8s.inject.CaptureRules.IpFamily;
import dev.kitsune.model.manifest.AddressRange;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is captured, as text. Network namespaces show elsewhere what the kernel makes of it. */
class CaptureRulesTest {
    private static final CaptureRules RULES = new CaptureRules(
            15401,
            15400,
            List.of(53, 3306),
            List.of(new AddressRange("10.0.0.0", 8), new AddressRange("fd00:0:0:0:0:0:0:0", 8)));

    @Test
    void whatIsExcludedComesBeforeTheRedirection() {
        assertThat(RULES.chain(IpFamily.IPV4)).isEqualTo("""
                *nat
                :KITSUNE_OUT - [0:0]
                -A KITSUNE_OUT -m owner --uid-owner 15400 -j RETURN
                -A KITSUNE_OUT -o lo -j RETURN
                -A KITSUNE_OUT -d 127.0.0.0/8 -j RETURN
                -A KITSUNE_OUT -d 10.0.0.0/8 -j RETURN
                -A KITSUNE_OUT -p tcp --dport 53 -j RETURN
                -A KITSUNE_OUT -p tcp --dport 3306 -j RETURN
                -A KITSUNE_OUT -p tcp -j REDIRECT --to-ports 15401
                COMMIT
                """);
    }

    @Test
    void eachFamilyHasItsOwnAddresses() {
        assertThat(RULES.chain(IpFamily.IPV6))
                .contains("-d ::1/128", "-d fd00:0:0:0:0:0:0:0/8", "--dport 53")
                .doesNotContain("127.0.0.0", "10.0.0.0");
    }

    @Test
    void theScriptHoldsBothFamiliesAndNothingThatTheKubeletReplaces() {
        assertThat(RULES.script())
                .contains(RULES.chain(IpFamily.IPV4), RULES.chain(IpFamily.IPV6))
                .doesNotContain("$(");
    }
}
