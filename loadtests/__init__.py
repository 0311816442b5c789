"""Reserved for the load tests: the same shoppers against a live shop."""
