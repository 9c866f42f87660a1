package dev.kitsune.envoy.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.kitsune.model.manifest.Platform;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Envoy replaces every match of the expression for the context's members by nothing. */
class ContextRulesTest {
    private final Pattern members = Pattern.compile(ContextRules.members(Platform.DEFAULT.context()));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kitsune-env=fix                       | ''",
                "kitsune-env=fix,kitsune-dep=d1        | ''",
                "kitsune-env=fix,a=b                   | a=b",
                "kitsune-env=fix, a=b;p=q              | a=b;p=q",
                "a=b,kitsune-env=fix                   | a=b",
                "a=b , kitsune-env = fix;p , c=d       | 'a=b, c=d'",
                "kitsune-env=fix,a=b,kitsune-env=main  | a=b",
                "a=b,kitsune-dep=d1,kitsune-env=x,c=d  | a=b,c=d",
                "kitsune-env                           | ''",
                "a=b,kitsune-env                       | a=b",
                "a=b,c=d                               | a=b,c=d",
                "kitsune-environment=x,a=kitsune-env=y | kitsune-environment=x,a=kitsune-env=y",
                "a=b,kitsune-envs=x,xkitsune-env=y     | a=b,kitsune-envs=x,xkitsune-env=y",
                "KITSUNE-ENV=x                         | KITSUNE-ENV=x",
            })
    void keepsTheOtherMembers(String baggage, String others) {
        assertThat(members.matcher(baggage).replaceAll("")).isEqualTo(others);
    }
}
