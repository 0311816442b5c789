"""What all parts of a scenario have in common, and the words that several of them use."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from scenarios.units import Share

Weekday = Literal["saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday"]
Distribution = Annotated[dict[int, Share], Field(min_length=1)]
"""Shares of whole numbers: `{1: 80%, 2: 20%}`."""


class Section(BaseModel):
    """A part of a scenario: unknown names are mistakes, values never change after loading."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False
    )
