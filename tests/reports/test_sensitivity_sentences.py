"""What a sensitivity study adds to a verdict, in words."""

from made_up_studies import an_input, sensitivity

from reports.estimates import Estimates
from reports.run_folder import Run
from reports.sensitivity_result import Turned
from reports.verdict import conclude
from reports.words import Words


def test_a_doubt_at_both_ends_is_told_once_though_nothing_turns(tune: Run) -> None:
    """The interval of the base case holds zero already, so both sides are in doubt from here on."""
    sides = tuple(
        Turned(end=end, at=None, holds_until=None, turned_from=None) for end in ("low", "high")
    )
    study = sensitivity(tune, an_input("shoppers.ready", turns=sides))
    found = conclude(study, Estimates(study), Words("en"))
    told = [str(each.striptags()) for each in found.details]
    assert "shoppers.ready does not turn the decision over at either end of its range." in told
    (doubt,) = (each for each in told if each.startswith("At 95%"))
    assert doubt == (
        "At 95% it cannot be excluded that a change of these turns the decision over: "
        "shoppers.ready, beyond 60% (now 60%)."
    )
