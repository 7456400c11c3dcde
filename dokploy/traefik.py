"""Objects that Dokploy writes into Traefik's files, and the proof that they arrived there.

Dokploy changes such a file by reading it, working for a moment and writing all of it back, without a lock. Of two
changes at once one is lost from the file, though not from Dokploy's database, and nobody is told.

What is done about it: within this machine such writes go one after the other (`Exclusive`). Each is then looked for in
the file, after a moment in which a write of somebody else that was under way has ended, and written again where it is
missing; a write that never arrives is an error.

What cannot be guaranteed: that a write of ours never undoes one that somebody made at that very moment from another
machine or in Dokploy's UI. Another run of this provider notices and repairs that; Dokploy's UI does not. A login or
redirect whose removal was undone is taken out of the file once more, unless this process ended in between.
"""

from __future__ import annotations

import random
import time
from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

import yaml

from dokploy.child import ApplicationChild, ChildInputs, ChildState
from dokploy.errors import UPDATE_AGAIN, DokployError, Forbidden, NotFound
from dokploy.resource import Context, InitializationFailedError
from dokploy.rows import Row

MIDDLEWARES = "/etc/dokploy/traefik/dynamic/middlewares.yml"
"""Logins and redirects of all applications."""

SETTLES_S = 0.3
"""How long a write of somebody else may have been under way when ours ended; ten times what one takes."""

REPAIRS = 5

T = TypeVar("T", bound=ChildInputs)
Yaml = dict[str, Any]


class TraefikChild(ApplicationChild[T], Generic[T]):
    """An object below an application that takes effect in one of Traefik's files, at once."""

    touches_traefik: ClassVar[bool] = True

    @abstractmethod
    def arrived(self, ctx: Context, state: ChildState[T], seen: Any) -> bool:
        """Whether the file holds it as the state says; `seen` is what `seen` found there before an update."""

    def seen(self, ctx: Context, state: ChildState[T], inputs: T) -> Any:
        """What the file holds before an update, where only that tells the new from the old."""
        return ()

    def withdraw(self, ctx: Context, row: Row, application: Row) -> None:
        """Take what is left of a removed row out of the file."""

    def create(self, ctx: Context, inputs: T) -> ChildState[T]:
        return self._proved(ctx, super().create(ctx, inputs), ())

    def update(self, ctx: Context, state: ChildState[T], inputs: T) -> ChildState[T]:
        try:
            seen = self.seen(ctx, state, inputs)
        except Forbidden:
            # Said by the proof, and whose the application is by the update's own look.
            seen = ()
        return self._proved(ctx, super().update(ctx, state, inputs), seen)

    def delete(self, ctx: Context, state: ChildState[T]) -> None:
        try:
            application = ctx.server.read("application.one", applicationId=state.inputs.application_id)
            rows = self.rows(ctx, state.inputs.application_id)
        except NotFound:
            return
        super().delete(ctx, state)
        for row in rows:
            if row[self.id_key] == state.id:
                self.withdraw(ctx, row, application)

    def _proved(self, ctx: Context, state: ChildState[T], seen: Any) -> ChildState[T]:
        """The state, once the file holds it; InitializationFailedError where it is never seen there."""
        try:
            for attempt in range(REPAIRS):
                # The others that repair theirs would meet again and again without a difference in time.
                time.sleep(SETTLES_S * random.uniform(1, 1 + attempt))  # noqa: S311 - chance, no secret
                if self.arrived(ctx, state, seen):
                    return state
                ctx.log("info", f"{self.what} was lost from Traefik's file, as by a write at the same time; once more")
                with ctx.server.traefik:
                    self._write(ctx, state.id, state.inputs)
        except Forbidden:
            ctx.log("debug", f"{self.what}: not looked for in Traefik's files, which the API key may not read")
            return state
        except DokployError as error:
            raise InitializationFailedError(state, str(error)) from error
        raise InitializationFailedError(
            state,
            f"the {self.what} is stored in Dokploy but missing in Traefik's file after {REPAIRS} writes; does another "
            f"program write that file? If not, {UPDATE_AGAIN}",
        )


def middlewares(ctx: Context, application: Row) -> Yaml:
    """The middlewares of the shared file as they are now, by name."""
    return _part(ctx.server.query("settings.readTraefikFile", path=MIDDLEWARES, **_place(application)), "middlewares")


def routers(ctx: Context, application_id: str) -> Yaml:
    """The routers of an application's own file as they are now, by name."""
    return _part(ctx.server.query("application.readTraefikConfig", applicationId=application_id), "routers")


def withdraw_middleware(ctx: Context, application: Row, left: Callable[[Yaml], bool]) -> None:
    """Take out of the shared file what `left` finds there and removes, where anything is still there."""
    time.sleep(SETTLES_S)
    place = _place(application)
    try:
        if not left(middlewares(ctx, application)):
            return
        with ctx.server.traefik:
            document = yaml.safe_load(ctx.server.query("settings.readTraefikFile", path=MIDDLEWARES, **place))
            if left(document["http"]["middlewares"]):
                text = yaml.safe_dump(document, sort_keys=False, width=10_000)
                body = {"path": MIDDLEWARES, "traefikConfig": text, **place}
                ctx.server.write("settings.updateTraefikFile", body, repeatable=True)
    except Forbidden:
        ctx.log("debug", "what was removed is not looked for in Traefik's files, which the API key may not read")


def _place(application: Row) -> dict[str, str]:
    return {"serverId": application["serverId"]} if application["serverId"] else {}


def _part(text: str | None, name: str) -> Yaml:
    """A part of a Traefik file's `http`; empty where the file is missing, is no YAML or has none."""
    try:
        found = yaml.safe_load(text or "")
    except yaml.YAMLError:
        return {}
    http = found.get("http") if isinstance(found, dict) else None
    part = http.get(name) if isinstance(http, dict) else None
    return part if isinstance(part, dict) else {}
