package dev.kitsune.model.index;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.SecretId;

/**
 * One thing that resolving can read. A result becomes stale exactly when something changes that was read for it,
 * missing things included.
 */
public sealed interface Fact {
    /** An object's manifest; for an app deployment also whether it is in force. */
    record ManifestOf(ObjectKey key) implements Fact {}

    /** Which object has the name of a virtual environment, and its manifest. */
    record VirtualEnvironmentNamed(String name) implements Fact {}

    /** Whether the virtual environment of a name has expired. */
    record ExpiryOf(String name) implements Fact {}

    /** The names of a kind in a namespace; of virtual environments in the whole mesh, with an empty namespace. */
    record NamesOf(Kind kind, String namespace) implements Fact {}

    /** Which keys of a Secret are there and usable: never their values. */
    record KeysOf(SecretId secret) implements Fact {}

    /** The values of a Secret. */
    record ValuesOf(SecretId secret) implements Fact {}

    /** The Platform in force. */
    record ThePlatform() implements Fact {}

    /** Whether any app deployment in force has a component. */
    record ComponentNamed(ComponentName name) implements Fact {}

    /** The names of the components of an app. */
    record ComponentsOf(String app) implements Fact {}

    /** The app deployments of a namespace with a component of that name. */
    record NamesakesOf(AdapterName name) implements Fact {}

    /** A virtual environment's {@link ChainState}. */
    record ChainOf(String name) implements Fact {}

    /** The declaration in force of a component version. */
    record DeclarationOf(ComponentVersion version) implements Fact {}

    /** Which virtual environments answer requests without context by a rule. */
    record HoldersOf(RouteClaim claim) implements Fact {}

    /** Whether an app deployment's components want one rule in some virtual environment. */
    record ConflictOf(ObjectKey appDeployment) implements Fact {}

    /** A virtual environment's {@link Details}. */
    record DetailsOf(String name) implements Fact {}
}
