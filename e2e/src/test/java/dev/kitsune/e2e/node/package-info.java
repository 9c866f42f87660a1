/**
 * One real node of Kubernetes on this machine: a kubelet, containerd, runc and the plugins of CNI, with images that are
 * made from files of this machine. Only root can run it.
 */
@NullMarked
package dev.kitsune.e2e.node;

import org.jspecify.annotations.NullMarked;
