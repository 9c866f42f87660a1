package dev.kitsune.model.template;

/** What parsing gives: a template, or what is wrong with its text. */
public sealed interface ParsedTemplate permits Template, SyntaxError {}
