"""What a user can mend (bad files, bad values, missing things), and what a user stopped."""

from __future__ import annotations


class UserError(Exception):
    """A mistake in what the user gave.

    The message is complete and human: what was found and where, what was expected, how to mend
    it. It may span several lines. The command line prints it and ends with exit code 2.
    """


class FutileError(UserError):
    """A mistake that shows only while work goes on, and that going on with it cannot mend."""


class Interrupted(KeyboardInterrupt):
    """The user stopped work of which a part is kept; the message says how to go on with it."""
