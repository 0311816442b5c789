"""The checkout in a scenario: its steps, and whether it asks for an account (CUS-1, CUS-2)."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from scenarios.section import Section
from scenarios.units import Duration, Share

Mode = Literal["optional", "guest", "forced"]
Verification = Literal["none", "sms_code", "call", "email_link", "password"]


class Registration(Section):
    """What the shop asks of shoppers without an account, before they may pay."""

    mode: Mode = "optional"
    """`forced`: no account, no order; `guest`: nobody is asked; `optional`: who likes may."""
    loss: Share = 0.24
    """Of the shoppers without an account who would go on, those who leave if one is forced on
    them: first and last name, national ID, mobile, e-mail, address and postal code."""
    extra_fields: int = Field(default=0, ge=0)
    """Fields asked for besides those."""
    loss_per_extra_field: Share = 0.02
    """Lost by each of them; assumption."""
    verification: Verification = "none"
    """How the shop makes sure: a code by SMS and an automated call are light, a link by e-mail and
    a password with a question are not."""
    verification_loss: dict[Verification, Share] = {
        "none": 0.0, "sms_code": 0.01, "call": 0.01, "email_link": 0.05, "password": 0.03,
    }  # fmt: skip
    """Lost by each way of making sure; assumption, in the order in which the sources rank them."""
    time: Duration = 60.0
    """Added to filling in the forms, for those who open an account; assumption."""
    joins: Share = 0.0
    """Of the shoppers without an account, those who open one where it is optional."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.verification not in self.verification_loss:
            raise ValueError(f"verification_loss: says nothing about {self.verification!r}")
        return self

    @property
    def forced_loss(self) -> float:
        """Share of the shoppers without an account whom a forced one makes leave."""
        stay = (1 - self.loss) * (1 - self.loss_per_extra_field) ** self.extra_fields
        return 1 - stay * (1 - self.verification_loss[self.verification])


class Checkout(Section):
    """The way from the cart to the placed order."""

    steps: int = Field(default=1, ge=1, le=10)
    """Pages of forms. Each is an obstacle: `shoppers.finishes_checkout` is for one of them, and
    so is `shoppers.fill_in`."""
    registration: Registration = Registration()
