package dev.kitsune.e2e.kube;

import java.util.List;

/**
 * A rule of a custom resource definition, with objects that it accepts and refuses. They are applied one after the
 * other, so later ones change the earlier one of the same name.
 *
 * @param accepted name and spec
 */
record ValidationRule(String kind, String message, List<String> accepted, List<String> refused) {
    private static final String ORIGIN = "origin: {object: {kind: Environment, namespace: '', name: a}, field: b}";

    static final List<ValidationRule> ALL = List.of(
            new ValidationRule(
                    "Platform",
                    "a cluster has one Platform, and its name is kitsune: write `metadata: {name: kitsune}`",
                    List.of("metadata: {name: kitsune}"),
                    List.of("metadata: {name: other}")),
            new ValidationRule(
                    "Platform",
                    "trusted proxies are named by hops or by cidrs: write exactly one of them",
                    List.of(
                            "metadata: {name: kitsune}\nspec: {gateway: {trustedProxies: {hops: 1}}}",
                            "metadata: {name: kitsune}\nspec: {gateway: {trustedProxies: {cidrs: [10.0.0.0/8]}}}"),
                    List.of(
                            "metadata: {name: kitsune}\nspec: {gateway: {trustedProxies: {}}}",
                            "metadata: {name: kitsune}\nspec: {gateway: {trustedProxies: {hops: 1, cidrs: [10.0.0.0/8]}}}")),
            new ValidationRule(
                    "Environment",
                    "a selection of type Token needs jwks, and no other type has jwks, issuer, audience, claim, header or"
                            + " cookie: add the type and the keys, or remove these fields",
                    List.of(
                            "metadata: {name: rule}\nspec: {selection: {}}",
                            "metadata: {name: rule}\nspec: {selection: {type: Nobody}}",
                            "metadata: {name: rule}\nspec: {selection: {type: Token, jwks: {secretRef: {name: keys}}}}"),
                    List.of(
                            "metadata: {name: rule}\nspec: {selection: {type: Token}}",
                            "metadata: {name: rule}\nspec: {selection: {claim: env}}",
                            "metadata: {name: rule}\nspec: {selection: {type: Anyone, jwks: {secretRef: {name: keys}}}}")),
            new ValidationRule(
                    "Environment",
                    "namespaces from Selector need a selector, and all others have none: write both fields, or remove the"
                            + " selector",
                    List.of(
                            "metadata: {name: rule}\nspec: {namespaces: {}}",
                            "metadata: {name: rule}\nspec: {namespaces: {from: All}}",
                            "metadata: {name: rule}\nspec: {namespaces: {from: Selector, selector: {}}}"),
                    List.of(
                            "metadata: {name: rule}\nspec: {namespaces: {from: Selector}}",
                            "metadata: {name: rule}\nspec: {namespaces: {selector: {}}}",
                            "metadata: {name: rule}\nspec: {namespaces: {from: All, selector: {}}}")),
            new ValidationRule(
                    "Environment",
                    "the operators In and NotIn need values, and Exists and DoesNotExist have none: add values, or remove"
                            + " them",
                    List.of(expression("operator: In, values: [b]"), expression("operator: Exists")),
                    List.of(
                            expression("operator: In"),
                            expression("operator: NotIn, values: []"),
                            expression("operator: DoesNotExist, values: [b]"))),
            new ValidationRule(
                    "VirtualEnvironment",
                    "the name of a virtual environment is a DNS label, because it is part of host names: choose at most 63"
                            + " lower-case letters, digits and \"-\", without \".\"",
                    List.of("metadata: {name: rule-1}\nspec: {environment: dev}"),
                    List.of(
                            "metadata: {name: rule.1}\nspec: {environment: dev}",
                            "metadata: {name: " + "a".repeat(64) + "}\nspec: {environment: dev}")),
            new ValidationRule(
                    "VirtualEnvironment",
                    "a virtual environment needs an environment, or a parent to inherit it from: add one of the two fields",
                    List.of(
                            "metadata: {name: a}\nspec: {environment: dev}",
                            "metadata: {name: b}\nspec: {parent: main}",
                            "metadata: {name: c}\nspec: {environment: dev, parent: main}"),
                    List.of("metadata: {name: d}\nspec: {data: {variables: {a: 1}}}")),
            new ValidationRule(
                    "VirtualEnvironment",
                    "the environment of a virtual environment cannot be changed, added or removed: create another virtual"
                            + " environment",
                    List.of(
                            "metadata: {name: a}\nspec: {environment: dev}",
                            "metadata: {name: a}\nspec: {environment: dev, parent: main, data: {variables: {a: 1}}}",
                            "metadata: {name: b}\nspec: {parent: main}",
                            "metadata: {name: b}\nspec: {parent: other}"),
                    List.of(
                            "metadata: {name: a}\nspec: {environment: prod}",
                            "metadata: {name: a}\nspec: {parent: main}",
                            "metadata: {name: b}\nspec: {parent: main, environment: dev}")),
            new ValidationRule(
                    "Adapter",
                    "the name of an adapter is a DNS label, because components call it as a host: choose at most 63"
                            + " lower-case letters, digits and \"-\", without \".\"",
                    List.of("metadata: {name: orders-db}\nspec: {tcp: {address: 'db:5432'}}"),
                    List.of("metadata: {name: orders.db}\nspec: {tcp: {address: 'db:5432'}}")),
            new ValidationRule(
                    "Adapter",
                    "an adapter is exactly one of http, grpc and tcp: add one of these fields, or remove the others",
                    List.of(
                            "metadata: {name: a}\nspec: {http: {url: 'https://a'}}",
                            "metadata: {name: a}\nspec: {grpc: {url: 'https://a'}}",
                            "metadata: {name: a}\nspec: {tcp: {address: 'a:1'}}"),
                    List.of(
                            "metadata: {name: a}\nspec: {}",
                            "metadata: {name: a}\nspec: {http: {url: 'https://a'}, tcp: {address: 'a:1'}}",
                            "metadata: {name: b}\nspec: {http: {url: 'https://a'}, grpc: {url: 'https://a'}}")),
            new ValidationRule(
                    "AppDeployment",
                    "an app deployment with a version cannot be changed: create another one under another name, with"
                            + " another version",
                    List.of(
                            "metadata: {name: a}\nspec: {app: shop, components: {cart: {version: a}}}",
                            "metadata: {name: a}\nspec: {app: shop, components: {cart: {version: b}}}",
                            "metadata: {name: a}\nspec: {app: shop, version: '1', components: {cart: {version: c, variables: {n: {default: [1]}}}}}",
                            "metadata: {name: a, labels: {any: label}}\nspec: {app: shop, version: '1', components: {cart: {version: c, variables: {n: {default: [1]}}}}}"),
                    List.of(
                            "metadata: {name: a}\nspec: {app: shop, version: '2', components: {cart: {version: c, variables: {n: {default: [1]}}}}}",
                            "metadata: {name: a}\nspec: {app: shop, components: {cart: {version: c, variables: {n: {default: [1]}}}}}",
                            "metadata: {name: a}\nspec: {app: shop, version: '1', components: {cart: {version: c, variables: {n: {default: [2]}}}}}")),
            new ValidationRule(
                    "ReleaseManifest",
                    "a release manifest cannot be changed: release again, and Kitsune writes a new one",
                    List.of(manifest("prod", "a"), manifest("prod", "a")),
                    List.of(manifest("dev", "a"), manifest("prod", "b"))));

    private static String expression(String operator) {
        return "metadata: {name: rule}\nspec: {namespaces: {from: Selector, selector: {matchExpressions: [{key: a, "
                + operator + "}]}}}";
    }

    private static String manifest(String environment, String value) {
        return "metadata: {name: main-1}\nspec: {environment: " + environment
                + ", apps: {}, appDeployments: {}, adapters: {}, overrides: {}, declares: {}, secrets: {}, variables: {a: {value: "
                + value + ", " + ORIGIN + "}}}";
    }

    @Override
    public String toString() {
        return kind + ": " + message;
    }
}
