package dev.kitsune.model.index;

import dev.kitsune.model.manifest.Kind;
import dev.kitsune.model.manifest.Manifest;
import dev.kitsune.model.manifest.ObjectKey;
import dev.kitsune.model.manifest.VirtualEnvironmentName;
import dev.kitsune.model.snapshot.AdapterName;
import dev.kitsune.model.snapshot.ComponentName;
import dev.kitsune.model.snapshot.ComponentVersion;
import dev.kitsune.model.snapshot.Declaration;
import dev.kitsune.model.snapshot.Expired;
import dev.kitsune.model.snapshot.Secret;
import dev.kitsune.model.snapshot.SecretId;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One fact on which a result of resolving can depend. A result becomes stale exactly when a fact changes that was read
 * for it. The absence of an object is a fact, too.
 */
public sealed interface Fact {
    /**
     * A fact that a step reads, with its lookup. Each new fact is one more record here, and one method of {@link Reads}
     * with its name.
     */
    sealed interface Lookup<T> extends Fact {
        /** Returns its value; null for none. */
        @Nullable
        T in(StepInputs inputs);
    }

    /** A fact that a step computes. Its values are compared. Facts of objects change when their objects are indexed. */
    sealed interface StepFact<T> extends Lookup<T> {
        /** Whether it has different values in two states of resolving. */
        default boolean differs(StepInputs one, StepInputs other) {
            return !Objects.equals(in(one), in(other));
        }
    }

    /** An object's manifest; for an app deployment also whether it is in force. */
    record ManifestOf(ObjectKey key) implements Lookup<IndexedObject> {
        @Override
        public IndexedObject in(StepInputs inputs) {
            return new IndexedObject(inputs.index(), key);
        }
    }

    /** The object that has the name of a virtual environment. */
    record VirtualEnvironmentNamed(VirtualEnvironmentName name) implements Lookup<Manifest<?>> {
        @Override
        public @Nullable Manifest<?> in(StepInputs inputs) {
            ObjectKey key = inputs.index().virtualEnvironments().get(name);
            return key == null ? null : inputs.index().manifest(key);
        }
    }

    /** The expiry of the virtual environment with a name. */
    record ExpiryOf(VirtualEnvironmentName name) implements Lookup<Expired> {
        @Override
        public @Nullable Expired in(StepInputs inputs) {
            return inputs.index().expired(name);
        }
    }

    /**
     * The names of a kind in a namespace. The namespace is empty for virtual environments, whose names are unique in
     * the whole mesh.
     */
    record NamesOf(Kind kind, String namespace) implements Lookup<Collection<String>> {
        @Override
        public Collection<String> in(StepInputs inputs) {
            return inputs.index().names(this);
        }
    }

    /** The states of the keys of a Secret, without their values. */
    record KeysOf(SecretId secret) implements Lookup<Map<String, KeyState>> {
        @Override
        public Map<String, KeyState> in(StepInputs inputs) {
            return KeyState.of(inputs.index().catalog().secrets().get(secret));
        }
    }

    /** The values of a Secret. */
    record ValuesOf(SecretId secret) implements Lookup<Secret> {
        @Override
        public @Nullable Secret in(StepInputs inputs) {
            return inputs.index().catalog().secrets().get(secret);
        }
    }

    /** The labels of a namespace. */
    record LabelsOf(String namespace) implements Lookup<Map<String, String>> {
        @Override
        public @Nullable Map<String, String> in(StepInputs inputs) {
            return inputs.index().catalog().namespaces().labelsOf(namespace);
        }
    }

    /** The Platform in force. */
    record ThePlatform() implements Lookup<IndexedObject> {
        @Override
        public @Nullable IndexedObject in(StepInputs inputs) {
            ObjectKey key = inputs.index().platform();
            return key == null ? null : new IndexedObject(inputs.index(), key);
        }
    }

    /** Whether any app deployment in force has a component. */
    record ComponentNamed(ComponentName name) implements Lookup<Boolean> {
        @Override
        public Boolean in(StepInputs inputs) {
            return inputs.index().apps().components().has(name);
        }
    }

    /** The names of the components of an app. */
    record ComponentsOf(String app) implements Lookup<Collection<String>> {
        @Override
        public Collection<String> in(StepInputs inputs) {
            Set<String> found = new HashSet<>();
            for (ObjectKey key : inputs.index().apps().deployments().of(app)) {
                Deployment deployment = new IndexedObject(inputs.index(), key).deploymentInForce();
                if (deployment != null) {
                    found.addAll(deployment.spec().components().keySet());
                }
            }
            return found;
        }
    }

    /** The app deployments of a namespace with a component of that name. */
    record NamesakesOf(AdapterName name) implements Lookup<Collection<ObjectKey>> {
        @Override
        public Collection<ObjectKey> in(StepInputs inputs) {
            return inputs.index().apps().namesakes().of(name);
        }
    }

    /** A virtual environment's {@link ChainState}. */
    record ChainOf(VirtualEnvironmentName name) implements StepFact<ChainState> {
        @Override
        public @Nullable ChainState in(StepInputs inputs) {
            return inputs.chains().get(name);
        }
    }

    /** The declaration in force of a component version. */
    record DeclarationOf(ComponentVersion version) implements StepFact<Declaration> {
        @Override
        public @Nullable Declaration in(StepInputs inputs) {
            return inputs.declarations().inForce(version);
        }
    }

    /** A virtual environment's {@link Details}. */
    record DetailsOf(VirtualEnvironmentName name) implements StepFact<Details> {
        @Override
        public @Nullable Details in(StepInputs inputs) {
            return inputs.details().get(name);
        }
    }

    /**
     * The virtual environments that answer requests without context by a rule. No step reads this fact, but the trial
     * of a release depends on it.
     */
    record HoldersOf(RouteClaim claim) implements Fact {}

    /** The namespaces whose workloads count for an app. No step reads this fact. */
    record HomesOf(String app) implements Fact {}

    /**
     * Whether two components of an app deployment have equal rules in some virtual environment. No step reads this
     * fact.
     */
    record ConflictOf(ObjectKey appDeployment) implements Fact {}
}
