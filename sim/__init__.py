"""The shop under virtual time: SimPy with lanes, and experiments on it."""
