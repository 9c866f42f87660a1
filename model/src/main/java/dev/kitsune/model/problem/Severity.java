package dev.kitsune.model.problem;

/** Whether a problem leaves its object out ({@code ERROR}) or only deserves a look ({@code WARNING}). */
public enum Severity {
    ERROR,
    WARNING
}
