package dev.kitsune.model.template;

/**
 * An error in a template's text.
 *
 * @param offset from 0, in UTF-16 units, where it was noticed
 * @param sentence what was expected there
 */
public record SyntaxError(int offset, String sentence) implements ParsedTemplate {}
