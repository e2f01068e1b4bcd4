"""The `earshot` command. Failures are one sentence on stderr: exit code 1 when refused or failed, 2 for wrong usage."""

import contextlib
import os
import sys
import threading
from collections.abc import Sequence

import typer

USAGE: type[Exception] = typer.BadParameter.__mro__[1]


def main() -> None:
    """The entry point of the installed command."""
    for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(
            threads, "1"
        )  # our sums are small: more threads only wait for each other, at twice the cost
    code = run(sys.argv[1:])
    if any(other is not threading.current_thread() and not other.daemon for other in threading.enumerate()):
        _end(code)  # what waits to be tried again goes on at the next start: nobody waits for it to give up
    sys.exit(code)


def _end(code: int) -> None:
    """Leave without waiting for threads."""
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    os._exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command line (without the program's name); its exit code."""
    from bot.cli.terminal import fail, silence
    from bot.cli.tree import app

    try:
        answer = app(args=list(arguments), prog_name="earshot", standalone_mode=False)
    except USAGE as wrong:
        return _wrong_usage(wrong)
    except typer.Abort:
        return 130
    except BrokenPipeError:
        silence()
        return 1
    except _expected() as failure:
        fail(_sentence(failure))
        return 1
    return answer if isinstance(answer, int) else 0


def _wrong_usage(wrong: Exception) -> int:
    from bot.cli.terminal import fail

    context = getattr(wrong, "ctx", None)
    path = context.command_path if context else "earshot"
    if type(wrong).__name__ == "NoArgsIsHelpError":
        fail(f"Which one? “{path} --help” lists the commands.")
    else:
        words = " ".join(wrong.format_message().split()).rstrip(".")  # type: ignore[attr-defined]
        fail(f"{words}. See “{path} --help”.")
    return 2


def _expected() -> tuple[type[BaseException], ...]:
    """What may go wrong without being a bug; looked up only when something went wrong, so that `--help` stays fast."""
    from handlers.errors import Refused, Unavailable
    from storage.database import Failure

    return Refused, Unavailable, *Failure, OSError


def _sentence(failure: BaseException) -> str:
    from storage import database

    if isinstance(failure, database.Failure):
        return database.why(failure)
    if isinstance(failure, OSError) and failure.strerror:
        return f"{failure.strerror}: {failure.filename}." if failure.filename else f"{failure.strerror}."
    return str(failure)
