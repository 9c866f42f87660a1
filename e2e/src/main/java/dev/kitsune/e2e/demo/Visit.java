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
 * The versions, variables and credential that one request to the shop got, or that it is expected to get.
 *
 * @param frontend the version of frontend that answered
 * @param cart the version of cart that answered
 * @param catalog the version of catalog that answered
 * @param variables the variables that they received, as the table shows them
 * @param credential the shortened credential of the calls to the payment API
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
        // Both call the payment API, and both calls of one request must have the same credential.
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
                "greeting=" + value(by, "frontend", "greeting") + " currency=" + value(by, "cart", "currency")
                        + " discount=" + value(by, "catalog", "discount"),
                credentials.isEmpty() ? NONE : credentials);
    }

    /** Returns the same visit with the other's credential on one of the two calls to the payment API. */
    Visit withCredentialOf(Visit other) {
        String both =
                Stream.of(credential, other.credential).distinct().sorted().collect(Collectors.joining(" and "));
        return new Visit(frontend, cart, catalog, variables, both);
    }

    /** Returns the differences to the expected visit as a sentence; empty for none. */
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
            differences.put(what, "is " + is + " instead of " + promised);
        }
    }

    private static String version(Map<String, Answer> by, String component, Answer instead) {
        Answer answer = by.get(component);
        return answer == null || answer.component().isEmpty()
                ? trouble(instead)
                : answer.body().path("version").asText();
    }

    private static String value(Map<String, Answer> by, String component, String variable) {
        Answer answer = by.get(component);
        String value = answer == null ? "" : answer.receivedOne("kitsune-var-" + variable);
        return value.isEmpty() ? NONE : value;
    }

    private static String trouble(Answer answer) {
        return answer.status() == 200
                ? NONE
                : answer.status() + " " + answer.text().strip();
    }
}
