package dev.kitsune.xds.cli;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One document of the input.
 *
 * @param place its file and its number, for people
 */
record InjectedManifest(String place, JsonNode document) {}
