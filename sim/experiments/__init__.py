"""What to decide, and how sure: replications, comparisons and tuning."""
