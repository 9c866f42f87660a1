package dev.kitsune.model.template;

/** The result of parsing: a template, or the error in its text. */
public sealed interface ParsedTemplate permits Template, SyntaxError {}
