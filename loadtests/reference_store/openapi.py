"""The OpenAPI description, made from the table of operations."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Any

from pydantic.json_schema import models_json_schema

from loadtests.reference_store import answers
from loadtests.reference_store.operations import BIGGEST, COMMANDS, VIEWS, Command, View
from model.outcomes import Outcome

JSON = "application/json"
SESSION = {
    "type": "string",
    "pattern": "^(me|0|[1-9][0-9]{0,9})$",
    "description": "A session's number, or `me` for the one in the cookie `session`.",
}
NUMBER = {"type": "integer", "minimum": 0, "maximum": BIGGEST}
ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {"type": "string", "description": "What is wrong, in a full sentence."},
        "outcome": {"const": Outcome.ERROR.name},
    },
}
WHY_NOT = {
    answers.BAD_REQUEST: "The request cannot be read; says why.",
    answers.NOT_FOUND: "There is no such session, order or product; says which.",
    answers.CONFLICT: "The command makes no sense in the present state; says why.",
    answers.TOO_LARGE: "The request is too large.",
    answers.KEY_OF_ANOTHER: "The idempotency key belongs to another request.",
    answers.STATUS[Outcome.ERROR]: "The store broke.",
    answers.UNAVAILABLE: "The store answers nobody any more: its journal failed.",
}


def describe() -> dict[str, Any]:
    """The whole description, OpenAPI 3.1."""
    paths: dict[str, dict[str, Any]] = {
        "/sessions": {"post": _opening()},
        "/health": {"get": _plain("health", "Whether the store answers, and its time.")},
        "/metrics": {"get": _metrics()},
    }
    for view in VIEWS:
        paths.setdefault(view.path, {})["get"] = _of_view(view)
    for command in COMMANDS:
        paths.setdefault(command.path, {})["post"] = _of_command(command)
    bodies = [command.body for command in COMMANDS if command.body]
    _, schemas = models_json_schema(
        [(body, "validation") for body in bodies], ref_template="#/components/schemas/{model}"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Esfand's reference store",
            "version": version("esfand"),
            "description": "Commands are answered when they are durable.",
        },
        "paths": paths,
        "components": {"schemas": {**schemas["$defs"], "Error": ERROR}},
    }


def _of_command(command: Command) -> dict[str, Any]:
    by_status: dict[int, list[Outcome]] = {}
    for outcome in command.outcomes:
        by_status.setdefault(answers.STATUS[outcome], []).append(outcome)
    responses = {str(status): _heard(outcomes) for status, outcomes in by_status.items()}
    for status in WHY_NOT:
        if str(status) in responses:
            schema = responses[str(status)]["content"][JSON]["schema"]
            responses[str(status)] = _response(
                "A refusal, as an outcome or as a sentence.", {"anyOf": [schema, _ref("Error")]}
            )
        else:
            responses[str(status)] = _error(status)
    if command.name == "call-back":
        responses["504"] = _response("The callback was lost on its way.", _ref("Error"))
    described = {
        **_named(command.name, command.run.__doc__),
        "parameters": [*_parameters(command.path), *([] if command.once else [_KEY])],
        "responses": responses,
    }
    if command.body is not None:
        schema = _ref(command.body.__name__)
        needed = any(field.is_required() for field in command.body.model_fields.values())
        described["requestBody"] = {"required": needed, "content": {JSON: {"schema": schema}}}
    return described


def _of_view(view: View) -> dict[str, Any]:
    described = _plain(view.name, view.run.__doc__)
    described["parameters"] = _parameters(view.path)
    described["responses"][str(answers.NOT_FOUND)] = _error(answers.NOT_FOUND)
    return described


def _opening() -> dict[str, Any]:
    number = {"type": "object", "required": ["session"], "properties": {"session": NUMBER}}
    return {
        **_named("open-session", "A new session, in the answer and in the cookie `session`."),
        "responses": {
            "201": _response("Its number.", number),
            str(answers.UNAVAILABLE): _error(answers.UNAVAILABLE),
        },
    }


def _plain(name: str, summary: str | None) -> dict[str, Any]:
    return {
        **_named(name, summary),
        "responses": {
            "200": _response("What there is to see.", {"type": "object"}),
            str(answers.UNAVAILABLE): _error(answers.UNAVAILABLE),
        },
    }


def _metrics() -> dict[str, Any]:
    text = {"description": "Prometheus' text format.", "content": {"text/plain": {}}}
    return {**_named("metrics", "What the store measures of itself."), "responses": {"200": text}}


def _named(name: str, summary: str | None) -> dict[str, Any]:
    return {"operationId": name, "summary": (summary or "").partition("\n")[0]}


def _parameters(path: str) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": SESSION if name == "session" else NUMBER,
        }
        for name in re.findall(r"{(\w+)}", path)
    ]


_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "The same request with the same key is executed once.",
}


def _heard(outcomes: list[Outcome]) -> dict[str, Any]:
    names = [outcome.name for outcome in outcomes]
    schema = {
        "type": "object",
        "required": ["outcome"],
        "properties": {"outcome": {"enum": names}},
    }
    return _response(", ".join(names), schema)


def _error(status: int) -> dict[str, Any]:
    return _response(WHY_NOT[status], _ref("Error"))


def _response(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {JSON: {"schema": schema}}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
