package dev.kitsune.xds.store;

/** One resource that a client has. */
public record HeldResource(String version, boolean standIn) {
    public static HeldResource of(StoredResource resource) {
        return new HeldResource(resource.version(), resource.standIn());
    }
}
