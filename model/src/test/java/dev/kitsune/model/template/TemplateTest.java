package dev.kitsune.model.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.Value;
import dev.kitsune.model.problem.ProblemCode;
import dev.kitsune.model.snapshot.HeaderValue;
import dev.kitsune.model.snapshot.Origin;
import dev.kitsune.model.snapshot.Overlay;
import dev.kitsune.model.snapshot.Overlay.SecretSource;
import dev.kitsune.model.snapshot.SecretId;
import dev.kitsune.model.snapshot.SecretLocation;
import dev.kitsune.model.snapshot.SecretValue;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {
    private static final Origin ORIGIN = new Origin(new ObjectKey(Kind.Environment, "", "dev"), "spec");
    private static final SecretLocation TOKEN = new SecretLocation(new SecretId("", "stripe"), "token");
    private static final Scope SCOPE = new Scope(
            new Overlay(
                    Map.of(
                            "user", variable(new Value.Text("jo hn")),
                            "replicas", variable(new Value.Numeric("12345678")),
                            "empty", variable(new Value.Text("")),
                            "sly", variable(new Value.Text("{{.Secrets.pass}}")),
                            "list", variable(new Value.Array(List.of(new Value.Text("a"), new Value.Text("b\""))))),
                    Map.of(
                            "pass", new SecretSource(TOKEN, true, ORIGIN),
                            "gone", new SecretSource(TOKEN, false, ORIGIN),
                            "whole", new SecretSource(new SecretLocation(TOKEN.secret(), null), true, ORIGIN))),
            Map.of("fallback", new Value.Text("declared"), "user", new Value.Text("hidden")));

    private static Overlay.OverlayVariable variable(Value value) {
        return new Overlay.OverlayVariable(value, ORIGIN);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            delimiter = '|',
            value = {
                "plain text            | plain text",
                "{ single } }}         | { single } }}",
                "a{{.Vars.user}}b      | ajo hnb",
                "{{ .Vars.replicas }}  | 12345678",
                "{{.Vars.list}}        | [\"a\",\"b\\\"\"]",
                "{{.Vars.fallback}}    | declared",
                "{{.Vars.sly}}         | {{.Secrets.pass}}",
                "{{base64 .Vars.user \":\" `x`}} | am8gaG46eA==",
                "{{default \"x\" .Vars.user}}    | jo hn",
                "{{default \"x\" .Vars.empty}}   | x",
                "{{default \"x\" .Vars.nowhere}} | x",
                "{{urlquery .Vars.user \"&\"}}   | jo+hn%26",
                "{{join \", \" .Vars.list}}      | a, b\"",
                "{{\"q\\\"\\\\\"}}               | q\"\\",
                "{{default `x` .Secrets.gone}}   | x"
            })
    void rendersVariables(String template, String expected) {
        assertThat(value(template)).isEqualTo(new HeaderValue.Plain(expected));
    }

    @Test
    void rendersTextWithSecretsAsOneSecretValue() {
        HeaderValue value = value("Basic {{base64 .Vars.user \":\" .Secrets.pass}}!{{urlquery .Secrets.pass}}");

        assertThat(value).isInstanceOf(HeaderValue.WithSecrets.class);
        SecretValue rendered = ((HeaderValue.WithSecrets) value).render(l -> SecretValue.of("a&b"));
        assertThat(Objects.requireNonNull(rendered)).isEqualTo(SecretValue.of("Basic am8gaG46YSZi!a%26b"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ab{{.Vars.user          | 2  | is not closed",
                "{{}}                    | 2  | expected .Vars.NAME",
                "{{.Vars}}               | 7  | a name is expected",
                "{{.Var.user}}           | 2  | did you mean \"Vars\"?",
                "{{bas64 .Vars.user}}    | 2  | did you mean \"base64\"?",
                "{{default .Vars.user}}  | 2  | expected {{default \"text\" VALUE}}",
                "{{.Vars.a .Vars.b}}     | 10 | one value or one function",
                "{{\"x}}                 | 2  | a closing \" is missing",
                "{{`x}}                  | 2  | a closing ` is missing",
                "{{\"\\q\"}}             | 3  | is unknown"
            },
            quoteCharacter = '\'')
    void saysWhereTheErrorIs(String template, int offset, String sentence) {
        assertThat(Template.parse(template)).isInstanceOfSatisfying(SyntaxError.class, e -> {
            assertThat(e.sentence()).contains(sentence);
            assertThat(e.offset()).isEqualTo(offset);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{{.Vars.usr}}            | UnknownVariable     | did you mean \"user\"?",
                "{{.Secrets.pas}}         | MissingSecret       | did you mean \"pass\"?",
                "{{.Secrets.gone}}        | MissingSecret       | stripe[token] is missing or empty",
                "{{.Secrets.whole}}       | SecretNotInjectable | give its secretRef a key",
                "{{join `,` .Vars.user}}  | VariableType        | join needs an array",
                "{{join `,` \"a\"}}       | TemplateError       | join needs a variable",
                "{{join .Secrets.pass .Vars.list}} | SecretNotInjectable | join does not accept a secret"
            },
            quoteCharacter = '\'')
    void saysWhatIsMissing(String template, ProblemCode code, String sentence) {
        assertThat(((Template) Template.parse(template)).render(SCOPE))
                .isInstanceOfSatisfying(Template.TemplateRendering.FailedTemplate.class, failed -> {
                    assertThat(failed.faults())
                            .extracting(Template.TemplateFault::code)
                            .containsExactly(code);
                    assertThat(failed.faults().get(0).sentence()).contains(sentence);
                });
    }

    @Test
    void namesTheSecretsInsideFunctionsToo() {
        assertThat(((Template) Template.parse("{{.Secrets.b}}{{base64 .Vars.x .Secrets.a}}")).secrets())
                .containsExactly("b", "a");
    }

    private static HeaderValue value(String template) {
        Template.TemplateRendering rendering = ((Template) Template.parse(template)).render(SCOPE);
        assertThat(rendering).isInstanceOf(Template.TemplateRendering.RenderedTemplate.class);
        return ((Template.TemplateRendering.RenderedTemplate) rendering).value();
    }
}
