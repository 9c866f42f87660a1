package dev.kitsune.xds.cli;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ParseResult;

/** The roles of clients of the control plane, with the options that describe them. */
enum ProxyRole {
    gateway(
            "a gateway",
            List.of("--listen-port", "--admin-port"),
            List.of("--tls-port", "--listen-address", "--ready-port", "--scopes")),
    sidecar(
            "a sidecar",
            List.of(
                    "--app",
                    "--component",
                    "--version",
                    "--inbound-port",
                    "--outbound-port",
                    "--app-port",
                    "--admin-port"),
            List.of("--id", "--inbound-address", "--ready-port", "--scopes", "--capture")),
    grpc("a gRPC client", List.of("--app", "--component"), List.of("--version", "--id"));

    private final String words;
    private final ImmutableList<String> required;
    private final ImmutableList<String> optional;

    ProxyRole(String words, List<String> required, List<String> optional) {
        this.words = words;
        this.required = ImmutableList.copyOf(required);
        this.optional = ImmutableList.copyOf(optional);
    }

    /** Refuses missing options, all at once, except idle ones. Options of other roles are refused too. */
    void check(Set<String> idle, ParseResult given) {
        List<String> missing = required.stream()
                .filter(o -> !given.hasMatchedOption(o) && !idle.contains(o))
                .toList();
        if (!missing.isEmpty()) {
            throw CommandException.usage("--role " + this + " needs " + String.join(", ", missing) + " as well");
        }
        Stream.of(values())
                .flatMap(ProxyRole::options)
                .filter(given::hasMatchedOption)
                .filter(option -> !has(option))
                .findFirst()
                .ifPresent(option -> {
                    throw CommandException.usage(option + " is for " + whose(option) + ", and --role is " + this
                            + ": leave one of them out");
                });
    }

    private Stream<String> options() {
        return Stream.concat(required.stream(), optional.stream());
    }

    private boolean has(String option) {
        return options().anyMatch(option::equals);
    }

    private static String whose(String option) {
        return Stream.of(values())
                .filter(role -> role.has(option))
                .map(role -> role.words)
                .collect(Collectors.joining(" or "));
    }
}
