package dev.kitsune.model.manifest;

/** The content of {@code spec} in an object of one {@link Kind}. */
public sealed interface Spec
        permits Platform, Environment, VirtualEnvironment, AppDeployment, Adapter, Workload, Service {}
