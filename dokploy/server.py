"""One Dokploy server as the resources see it: shared reads, writes in their order, and creates that happen once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from dokploy.errors import AnswerLost
from dokploy.exclusive import Exclusive

if TYPE_CHECKING:
    from dokploy.client import DokployClient

T = TypeVar("T")

SHARED_READ_S = 5.0
"""How long a read may be shared. A refresh asks for an application's twenty children within a moment."""

LOOKS_S = (0.1, 0.4, 1.5)
"""Seconds before each look for an object whose create lost its answer."""


class Server:
    """Wraps the client for one engine operation (a plugin lives as long as one `up`, `refresh` or `destroy`)."""

    def __init__(self, client: DokployClient) -> None:
        self.client = client
        self.traefik = Exclusive(client.url)
        """Held during domain, redirect and basic-auth writes: Dokploy rewrites shared Traefik files unlocked."""
        self._lock = threading.Lock()
        self._reads: dict[tuple[str, str], _SharedRead] = {}
        self._fresh: set[str] = set()
        self._claimed: set[tuple[str, str]] = set()

    def read(self, procedure: str, **params: str) -> Any:
        """A query whose answer is shared between resources until anything is written, 5 s at the most."""
        key = (procedure, repr(sorted(params.items())))
        with self._lock:
            shared = self._reads.get(key)
            if shared is None or shared.expired():
                shared = self._reads[key] = _SharedRead(lambda: self.client.query(procedure, **params))
        return shared.get()

    def query(self, procedure: str, **params: Any) -> Any:
        """A query that is asked anew, for polling."""
        return self.client.query(procedure, **params)

    def write(self, procedure: str, body: Mapping[str, Any], *, repeatable: bool = False) -> Any:
        """A mutation. Forgets the shared reads before and after, since one may be under way meanwhile."""
        self._forget_reads()
        try:
            return self.client.mutate(procedure, body, repeatable=repeatable)
        finally:
            self._forget_reads()

    def claim(self, procedure: str, **id: str) -> None:
        """Prove before a write that an object belongs to the key's organisation; Forbidden or NotFound if not.

        Dokploy reads no object of another organisation, but it carries out writes to one. Asked once a process.
        """
        key = (procedure, repr(id))
        if key not in self._claimed and not self._fresh.intersection(id.values()):
            self.read(procedure, **id)
            self._claimed.add(key)

    def create_once(self, find: Callable[[], T | None], make: Callable[[], T], *, parent: str = "") -> T:
        """Make an object exactly once.

        Dokploy's names are not unique and a request whose answer was lost has been carried out, so what an
        interrupted run left is looked for first and adopted. `parent` is the id of the object above: one that this
        process made itself cannot hold leftovers, and the look is saved. `find` and `make` return the same form.
        """
        if parent not in self._fresh:
            found = find()
            if found is not None:
                return found
        try:
            return make()
        except AnswerLost:
            for pause_s in LOOKS_S:
                # The work may still be under way when the connection is gone.
                time.sleep(pause_s)
                self._forget_reads()
                found = find()
                if found is not None:
                    return found
            raise

    def made(self, id: str) -> None:
        """Remember that this process made the object `id`, empty."""
        self._fresh.add(id)

    def _forget_reads(self) -> None:
        with self._lock:
            self._reads.clear()


class _SharedRead:
    """One query under way or answered; those who ask meanwhile wait for the same answer."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        self._ask = ask
        self._asked = time.monotonic()
        self._lock = threading.Lock()
        self._answer: Any = None
        self._error: Exception | None = None
        self._done = False

    def expired(self) -> bool:
        return time.monotonic() - self._asked > SHARED_READ_S

    def get(self) -> Any:
        with self._lock:
            if not self._done:
                try:
                    self._answer = self._ask()
                except Exception as error:
                    self._error = error
                self._done = True
        if self._error is not None:
            raise self._error
        return self._answer
