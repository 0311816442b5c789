"""Typed scenarios: who comes, when, with what intent, to a shop with what policies."""
