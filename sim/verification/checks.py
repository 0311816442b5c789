"""The checks of `esfand verify`, as a table."""

from __future__ import annotations

from sim.verification import desks, oracle, pages, stock
from sim.verification.check import Check

CHECKS = (
    Check(
        "textbook",
        "The same shoppers in a textbook simulation: every count is equal",
        len(oracle.SETTINGS),
        oracle.play_both,
        theory=None,
        figures=oracle.FIGURES,
    ),
    Check(
        "erlang-c",
        "A desk with endless patience: Erlang-C, Little's law",
        240,
        desks.play_patient_desk,
        desks.patient_desk,
    ),
    Check(
        "erlang-a",
        "The desk of benchmark-w1: Erlang-A, Little's law",
        120,
        desks.play_w1_desk,
        desks.w1_desk,
    ),
    Check(
        "website", "The pages of a site: M/M/c/K, Little's law", 40, pages.play_pages, pages.pages
    ),
    Check(
        "ample-stock",
        "Stock without end: Poisson thinning",
        40,
        stock.play_ample,
        stock.ample,
    ),
    Check(
        "payment-times",
        "Reservations that are paid or run out: the lognormal law, Little's law",
        40,
        stock.play_payment_times,
        stock.payment_times,
    ),
    Check(
        "erlang-b",
        "Units that nobody pays for: Erlang-B, Little's law",
        200,
        stock.play_lines,
        stock.lines,
    ),
    Check(
        "newsvendor",
        "Stock for one period: the newsvendor",
        60,
        stock.play_period,
        stock.period,
    ),
)
