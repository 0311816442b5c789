"""Who left for good: a shopper who came back for a message had not."""

from __future__ import annotations

import numpy as np

from model.events import Kind
from reports.log import Events
from reports.sorted_log import SortedLog, looks_once


@looks_once
def left_for_good(log: SortedLog) -> Events:
    """The events of leaving after which the shopper was not called back, in order of time."""
    left = log.rows(Kind.LEFT)
    back = log.rows(Kind.CAME_BACK)
    if not len(back):
        return left
    places = np.concatenate([log.at(Kind.LEFT), log.at(Kind.CAME_BACK)])
    session = np.concatenate([left["session"], back["session"]])
    order = np.lexsort((places, session))
    is_left = order < len(left)
    followed = np.zeros(len(order), bool)
    followed[:-1] = (session[order[1:]] == session[order[:-1]]) & ~is_left[1:]
    gone = np.sort(order[is_left & ~followed])
    return left.take(gone)
