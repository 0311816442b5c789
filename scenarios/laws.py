"""Distributions as a scenario writes them, and how a draw of uniforms becomes a draw of them."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from scenarios.units import Duration, PositiveDuration

Floats = NDArray[np.float64]


class Law(BaseModel, ABC):
    """A distribution of durations, in seconds."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False
    )

    @abstractmethod
    def draw(self, generator: np.random.Generator, n: int) -> Floats:
        """`n` independent values in seconds, shape (n,)."""

    @property
    @abstractmethod
    def mean_seconds(self) -> float:
        """The expected value in seconds."""


class Constant(Law):
    """Always the same."""

    law: Literal["constant"]
    value: Duration

    def draw(self, generator: np.random.Generator, n: int) -> Floats:
        return np.broadcast_to(np.float64(self.value), n)

    @property
    def mean_seconds(self) -> float:
        return self.value


class Exponential(Law):
    """Memoryless, by its mean."""

    law: Literal["exponential"]
    mean: PositiveDuration

    def draw(self, generator: np.random.Generator, n: int) -> Floats:
        return generator.exponential(self.mean, n)

    @property
    def mean_seconds(self) -> float:
        return self.mean


class Lognormal(Law):
    """By its median, and the standard deviation of the logarithm."""

    law: Literal["lognormal"]
    median: PositiveDuration
    sigma: float = Field(ge=0)

    def draw(self, generator: np.random.Generator, n: int) -> Floats:
        return generator.lognormal(math.log(self.median), self.sigma, n)

    @property
    def mean_seconds(self) -> float:
        return self.median * math.exp(self.sigma**2 / 2)


class Uniform(Law):
    """Anything between two bounds alike."""

    law: Literal["uniform"]
    low: Duration
    high: PositiveDuration

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError("low lies above high")
        return self

    def draw(self, generator: np.random.Generator, n: int) -> Floats:
        return generator.uniform(self.low, self.high, n)

    @property
    def mean_seconds(self) -> float:
        return (self.low + self.high) / 2


AnyLaw = Annotated[Constant | Exponential | Lognormal | Uniform, Field(discriminator="law")]
