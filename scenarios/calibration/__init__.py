"""Calibration: a scenario fitted from a shop's own exports, with an account of how well it fits."""
