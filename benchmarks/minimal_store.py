"""Endpoints as one would write them by hand, for `store.py` to compare with.

    python benchmarks/minimal_store.py bare|sqlite|postgresql [DATABASE]

`bare` reads the request and answers: the most that the stack can do. The other two reserve with an
UPDATE that checks the stock and an INSERT, in a transaction for each request.
"""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import sys
from collections.abc import Awaitable, Callable

import psycopg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

PRODUCTS, UNITS = 50, 1_000_000
CONNECTIONS = 8
Reserve = Callable[[int, int, int], Awaitable[bool]]
TABLES = (
    "CREATE TABLE stock (product INTEGER PRIMARY KEY, available INTEGER NOT NULL)",
    "CREATE TABLE reservations (session BIGINT, product INTEGER, quantity INTEGER)",
)


async def bare(session: int, product: int, quantity: int) -> bool:
    return True


def in_sqlite(path: str) -> Reserve:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    for table in TABLES:
        database.execute(table)
    database.executemany("INSERT INTO stock VALUES (?, ?)", [(p, UNITS) for p in range(PRODUCTS)])

    async def reserve(session: int, product: int, quantity: int) -> bool:
        database.execute("BEGIN IMMEDIATE")
        taken = database.execute(
            "UPDATE stock SET available = available - ? WHERE product = ? AND available >= ?",
            (quantity, product, quantity),
        ).rowcount
        if taken:
            database.execute(
                "INSERT INTO reservations VALUES (?, ?, ?)", (session, product, quantity)
            )
        database.execute("COMMIT")
        return bool(taken)

    return reserve


def in_postgresql(url: str) -> Reserve:
    with psycopg.connect(url) as connection:
        for table in TABLES:
            connection.execute(table)
        connection.cursor().executemany(
            "INSERT INTO stock VALUES (%s, %s)", [(p, UNITS) for p in range(PRODUCTS)]
        )
    idle: asyncio.Queue[psycopg.AsyncConnection] = asyncio.Queue()
    opened = 0

    async def borrowed() -> psycopg.AsyncConnection:
        nonlocal opened
        if opened < CONNECTIONS:
            opened += 1
            return await psycopg.AsyncConnection.connect(url)
        return await idle.get()

    async def reserve(session: int, product: int, quantity: int) -> bool:
        connection = await borrowed()
        try:
            async with connection.transaction():
                cursor = await connection.execute(
                    "UPDATE stock SET available = available - %s "
                    "WHERE product = %s AND available >= %s",
                    (quantity, product, quantity),
                )
                if cursor.rowcount:
                    await connection.execute(
                        "INSERT INTO reservations VALUES (%s, %s, %s)",
                        (session, product, quantity),
                    )
            return bool(cursor.rowcount)
        finally:
            idle.put_nowait(connection)

    return reserve


def main() -> None:
    """Serve one of the three on a free port, and say where."""
    kind, *database = sys.argv[1:]
    reserve = bare if kind == "bare" else globals()[f"in_{kind}"](*database)

    async def add(request: Request) -> JSONResponse:
        line = await request.json()
        session = int(request.path_params["session"])
        if await reserve(session, line["product"], line.get("quantity", 1)):
            return JSONResponse({"outcome": "ADDED"}, 201)
        return JSONResponse({"outcome": "OUT_OF_STOCK"}, 409)

    app = Starlette(routes=[Route("/sessions/{session}/lines", add, methods=["POST"])])
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        print(f"Serving {kind} at http://127.0.0.1:{listener.getsockname()[1]}, ready", flush=True)
        config = uvicorn.Config(app, log_level="warning", access_log=False)
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
