package dev.kitsune.model.problem;

/** Whether a problem leaves its object out ({@code ERROR}) or only needs attention ({@code WARNING}). */
public enum Severity {
    ERROR,
    WARNING
}
