"""Files and folders that are there whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from scenarios.errors import UserError


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of `folder` when the block ends well.

    It lies beside `folder`, on the same file system, so that a rename is enough. If the block
    raises, it is removed and `folder` stays as it was. Raises UserError where nothing can be
    written.
    """
    target = folder.resolve()
    missing = [parent for parent in target.parents if not parent.exists()]
    try:
        new = _made_beside(target)
        try:
            new.chmod(0o777 & ~_umask())  # mkdtemp makes it private
            yield new
            _swap(new, target)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    finally:
        _remove_empty(missing)


def _made_beside(target: Path) -> Path:
    """A new folder of another name; UserError where there can be none."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent))
    except OSError as error:
        raise UserError(f"Cannot write to {target.parent}: {error.strerror}.") from None


def _remove_empty(folders: Sequence[Path]) -> None:
    """Remove what was made on the way, the innermost first, unless something came into it."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


def _swap(new: Path, target: Path) -> None:
    """Rename `new` to `target`; what stood there is put back if that fails."""
    if not target.exists():
        new.rename(target)
        return
    old = new.with_suffix(".old")
    target.rename(old)
    try:
        new.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def write_text(path: Path, text: str) -> None:
    """Write a file whole: under a temporary name first, then renamed."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
