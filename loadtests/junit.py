"""The verdicts of a live run as JUnit XML, which CI servers read."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from reports import run_folder
from reports.estimates import Estimates
from reports.run_folder import Load
from reports.thresholds import evaluate, parse
from scenarios.errors import UserError


def write_junit(folder: Path, file: Path) -> None:
    """Write one test case for each threshold, for the validity of the load and for the books."""
    run = run_folder.read(folder)
    manifest = run.manifest
    assert manifest.load is not None
    cases = [
        _case("the load was as planned", _validity(manifest.load)),
        _case("the books balance", manifest.books.faults, skipped=not manifest.load.audited),
    ]
    rules = [parse(text) for text in manifest.thresholds]
    for verdict in evaluate(rules, Estimates(run).at("")):
        missed = () if verdict.passed else (f"found {verdict.value:.6g}",)
        cases.append(_case(verdict.rule, missed))
    cases += [_case(rule, (), skipped=True) for rule in manifest.unmeasured]
    suite = ElementTree.Element(
        "testsuite",
        name=f"esfand load {manifest.scenario}",
        tests=str(len(cases)),
        failures=str(sum(case.find("failure") is not None for case in cases)),
        skipped=str(sum(case.find("skipped") is not None for case in cases)),
        time=f"{manifest.seconds}",
    )
    suite.extend(cases)
    tree = ElementTree.ElementTree(suite)
    ElementTree.indent(tree)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        tree.write(file, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        raise UserError(f"--junit {file}: cannot be written ({error.strerror}).") from None


def _validity(load: Load) -> tuple[str, ...]:
    stopped = ("The run was interrupted.",) if load.interrupted else ()
    return (*load.invalid, *load.lost, *stopped)


def _case(name: str, wrong: tuple[str, ...], skipped: bool = False) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname="esfand.load", name=name)
    if skipped:
        ElementTree.SubElement(case, "skipped", message="not measured in this run")
    elif wrong:
        failure = ElementTree.SubElement(case, "failure", message=wrong[0])
        failure.text = "\n".join(wrong)
    return case
