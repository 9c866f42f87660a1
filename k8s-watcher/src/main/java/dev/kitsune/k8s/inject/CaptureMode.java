package dev.kitsune.k8s.inject;

/** How an app reaches its sidecar. */
public enum CaptureMode {
    /** Rules of the pod's network send what the app opens to the sidecar. An init container with privileges sets them. */
    Transparent,
    /** The app itself calls its sidecar. Nothing needs privileges. */
    Explicit
}
