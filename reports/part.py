"""What every part of a run folder's JSON files is made of."""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Part(BaseModel):
    """A part of a file of the folder. Fields that a later version adds are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _nan_for_null(value: Any) -> Any:
    return math.nan if value is None else value


Number = Annotated[float, BeforeValidator(_nan_for_null)]
"""JSON has no NaN: null stands for it."""
