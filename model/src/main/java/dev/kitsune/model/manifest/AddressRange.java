package dev.kitsune.model.manifest;

/**
 * A range of IP addresses, such as {@code 10.0.0.0/8}.
 *
 * @param address the first of them, so that equal ranges are equal
 * @param bits that all of them have in common
 */
public record AddressRange(String address, int bits) {}
