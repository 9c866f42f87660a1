package dev.kitsune.xds.input;

/** Hears what happens to the stores of an input. */
public interface InputListener {
    /** The stored times were lost, and must be stored again. */
    void lostTimes();

    /** Another process decides now, or this one does. */
    void decidingChanged();
}
