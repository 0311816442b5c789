"""Measures, figures and pages, made from an event log and nothing else."""
