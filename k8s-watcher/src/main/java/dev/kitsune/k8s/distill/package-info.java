/**
 * Distillation: one Deployment for each component version that has a template and that somebody uses, however many do.
 * What is to be done is decided without IO, from what is served and from what the cluster has.
 */
@NullMarked
package dev.kitsune.k8s.distill;

import org.jspecify.annotations.NullMarked;
