package dev.kitsune.e2e.demo;

import dev.kitsune.e2e.app.Credential;
import dev.kitsune.e2e.http.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one request to the shop met on its way, or what it is promised to meet.
 *
 * @param frontend version that answered; so for the others
 * @param variables what each of them saw, as the table shows it
 * @param credential with which the payment API was called, shortened
 */
record Visit(String frontend, String cart, String catalog, String variables, String credential) {
    private static final String NONE = "-";

    static Visit promised(String frontend, String cart, String catalog, String variables, String token) {
        return new Visit(frontend, cart, catalog, variables, Credential.shorten("Bearer " + token));
    }

    static Visit of(Answer answer) {
        Map<String, Answer> by = new LinkedHashMap<>();
        by.put("frontend", answer);
        List<Answer> further = answer.calls();
        for (Answer call : further) {
            by.put(call.body().path("component").asText("?"), call);
        }
        // Both call the payment API: one virtual environment's request must carry one credential only.
        String credentials = further.stream()
                .flatMap(call -> call.calls().stream())
                .map(call -> call.status() == 200 ? call.credential() : trouble(call))
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining(" and "));
        return new Visit(
                version(by, "frontend", answer),
                version(by, "cart", further.isEmpty() ? answer : further.get(0)),
                version(by, "catalog", further.size() < 2 ? answer : further.get(1)),
                "greeting=" + saw(by, "frontend", "greeting") + " currency=" + saw(by, "cart", "currency")
                        + " discount=" + saw(by, "catalog", "discount"),
                credentials.isEmpty() ? NONE : credentials);
    }

    /** The same with the other's credential on one of the two calls to the payment API. */
    Visit meetingAlso(Visit other) {
        String both =
                Stream.of(credential, other.credential).distinct().sorted().collect(Collectors.joining(" and "));
        return new Visit(frontend, cart, catalog, variables, both);
    }

    /** How a visit differs from what is promised, as a sentence. */
    Optional<String> differenceFrom(Visit promised) {
        Map<String, String> differences = new LinkedHashMap<>();
        differ(differences, "frontend", frontend, promised.frontend);
        differ(differences, "cart", cart, promised.cart);
        differ(differences, "catalog", catalog, promised.catalog);
        differ(differences, "variables", variables, promised.variables);
        differ(differences, "credential", credential, promised.credential);
        return differences.isEmpty()
                ? Optional.empty()
                : Optional.of(differences.entrySet().stream()
                        .map(d -> d.getKey() + " " + d.getValue())
                        .collect(Collectors.joining("; ")));
    }

    private static void differ(Map<String, String> differences, String what, String is, String promised) {
        if (!is.equals(promised)) {
            differences.put(what, "is " + is + ", promised was " + promised);
        }
    }

    private static String version(Map<String, Answer> by, String component, Answer instead) {
        Answer answer = by.get(component);
        return answer == null || answer.component().isEmpty()
                ? trouble(instead)
                : answer.body().path("version").asText();
    }

    private static String saw(Map<String, Answer> by, String component, String variable) {
        Answer answer = by.get(component);
        String value = answer == null ? "" : answer.sawOne("kitsune-var-" + variable);
        return value.isEmpty() ? NONE : value;
    }

    private static String trouble(Answer answer) {
        return answer.status() == 200
                ? NONE
                : answer.status() + " " + answer.text().strip();
    }
}
