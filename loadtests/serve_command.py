"""`esfand serve`."""

from __future__ import annotations

import click

from reports.command_line import overrides, seed, with_seed


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option(
    "--database",
    metavar="URL",
    envvar="ESFAND_DATABASE",
    show_envvar=True,
    default="sqlite:///esfand.db",
    show_default=True,
    help="Where the journal is: sqlite:///FILE or postgresql://USER@HOST/DATABASE.",
)
@click.option("--scenario", metavar="NAME", help="Of a store that opens first. [nowruz]")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--fault",
    "faults",
    metavar="NAME[:VALUE]",
    multiple=True,
    help="Something to be wrong with the store, such as 5xx-after-commit:1%; may be repeated.",
)
@overrides()
@seed
def serve_store(
    port: int,
    database: str,
    scenario: str | None,
    host: str,
    faults: tuple[str, ...],
    overrides: tuple[str, ...],
    seed: int | None,
) -> None:
    """Serve the reference store over HTTP.

    Its journal is in SQLite or PostgreSQL.
    """
    from loadtests.reference_store.serve import serve

    settings = with_seed(overrides, seed)
    serve(database, host, port, scenario, settings, faults, say=click.echo)
