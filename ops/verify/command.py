"""`python -m ops verify`: its options, what it prints, and its exit codes."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ops import errors
from ops.console import console
from ops.evidence.act import act, keep
from ops.evidence.records import Verification
from ops.progress import Progress
from ops.verify.finding import Result, Round, result_of
from ops.verify.prepare import Options, application_of, contacted, target_of
from ops.verify.render import conclusion, show, show_line
from ops.verify.run import EVERY_S, WATCH_S, outcomes, verify, watch
from ops.verify.stack import Deployed
from ops.verify.target import Contract, Login
from toolchain import locate as locate_cli

ROOT = Path(__file__).resolve().parents[2]
PASSWORD_VARIABLE = "VERIFY_PASSWORD"  # noqa: S105 - a name, not a password
CODES: dict[Result, int] = {"passed": 0, "failed": errors.FAILED, "not measured": errors.COULD_NOT_RUN}

EPILOG = (
    "Example: `python -m ops verify production --watch`\n\n"
    "Before public DNS knows the name: `python -m ops verify production --address 192.0.2.7:443`\n\n"
    "Exit codes: 0 every check that applies has passed, 1 a check failed, 2 wrong usage, 3 none failed, but not all "
    "could be measured."
)


def verify_stack(
    stack: Annotated[str, typer.Argument(help="The stack: staging, production or local.", show_default=False)],
    url: Annotated[str | None, typer.Option(help="The site, instead of the stack's url.", show_default=False)] = None,
    address: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT",
            help="Connect to this address, with the site's name as Host and SNI: no public DNS is needed. "
            "The stack's proof.address if left out.",
            show_default=False,
        ),
    ] = None,
    http_address: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT",
            help="Where plain http is asked for its redirect; port 80 beside port 443 if left out.",
            show_default=False,
        ),
    ] = None,
    contract: Annotated[
        Contract | None,
        typer.Option(
            help="What the health check must answer: status 200 alone, or also the body of SOP 4.1; "
            "the stack's proof.contract if left out.",
            show_default=False,
        ),
    ] = None,
    allowed_origin: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="A further site whose pages may use the API; repeatable.", show_default=False),
    ] = None,
    ca: Annotated[
        Path | None, typer.Option(help="A file of further authorities to trust (PEM).", show_default=False)
    ] = None,
    login: Annotated[
        str | None,
        typer.Option(
            metavar="USER",
            help=f"Sign in where a guard stands before the site, with the password in {PASSWORD_VARIABLE}, or asked.",
            show_default=False,
        ),
    ] = None,
    watching: Annotated[
        bool,
        typer.Option("--watch", help=f"Repeat the quick checks every {EVERY_S:g} s for {WATCH_S / 60:g} minutes."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object, with --watch one a line for each round.")
    ] = False,
) -> None:
    """Check from outside that a deployed stack serves as the SOP asks (4.1 to 4.3, 5.1).

    Health, chat, speed, memory, disk, certificate, redirect, security headers, CORS, secrets, source maps, cookies.
    URL, limits and secrets come from the stack, which is only read; the chat is asked once. No value of a secret
    is shown or sent. How each check ended is added to the evidence.
    """
    progress = Progress()
    options = Options(
        url=url,
        address=address,
        http_address=http_address,
        authority=ca,
        contract=contract,
        allowed_origins=tuple(allowed_origin or ()),
        login=_login(login) if login is not None else None,
    )
    options.check()
    progress.note(f"reads stack {stack}: outputs, configuration and state")
    deployed = Deployed.read(ROOT, stack, locate_cli(), os.environ, progress.note)
    target = target_of(deployed, options)
    for line in contacted(target, deployed):
        progress.note(line)
    application, to, rounds = application_of(deployed), console(), list[Round]()
    try:
        for round in watch(target, application) if watching else [verify(target, application)]:
            if as_json:
                typer.echo(_document(stack, target.url, round, indent=None if watching else 2))
            elif not rounds:
                show(round, target, to)
            else:
                show_line(round, to)
            rounds.append(round)
    finally:
        if application is not None:
            application.close()
    found = outcomes(rounds)
    result = result_of(found.values())
    done = Verification(
        **act(ROOT, stack, os.environ),
        exit_code=CODES[result],
        result=result,
        release=str(deployed.outputs.get("release") or ""),
        checks=found,
    )
    keep(ROOT, os.environ, done, progress)
    if not as_json:
        to.print(conclusion(rounds, result), soft_wrap=True)
    raise typer.Exit(CODES[result])


def _login(user: str) -> Login:
    password = os.environ.get(PASSWORD_VARIABLE)
    if not password and sys.stdin.isatty():
        password = typer.prompt(f"Password of {user}", hide_input=True, err=True)
    if not password:
        raise errors.UsageError(f"--login: the password of {user} is missing: set {PASSWORD_VARIABLE}")
    return Login(user=user, password=password)


def _document(stack: str, url: str, round: Round, indent: int | None) -> str:
    return json.dumps({"stack": stack, "url": url, **round.to_json()}, indent=indent)
