"""On which poorly known inputs a decision hangs: screening, indices, and where it turns over."""
