"""The one exception for what a user can mend: bad files, bad values, missing things."""

from __future__ import annotations


class UserError(Exception):
    """A mistake in what the user gave.

    The message is complete and human: what was found and where, what was expected, how to mend
    it. It may span several lines. The command line prints it and ends with exit code 2.
    """
