"""One visit to the site: what the checks share, asked for at most once, when the first check needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from ops.verify.certificate import Certificate, connect, look
from ops.verify.document import Document, load
from ops.verify.finding import NoAnswerError, NotApplicableError, NotMeasuredError
from ops.verify.platform import Application
from ops.verify.site import Exchange, Site
from ops.verify.target import Target

GREETING = {"message": "Hello"}
"""The body of SOP 4.1."""


T = TypeVar("T")


class Visit:
    """What there is to judge. Everything here raises NotMeasuredError or NoAnswerError where it cannot be had."""

    def __init__(self, target: Target, application: Application | None = None) -> None:
        self.target = target
        self._application = application
        self._shared: dict[str, Any] = {}

    def close(self) -> None:
        site = self._shared.get("site")
        if isinstance(site, Site):
            site.close()

    @property
    def certificate(self) -> Certificate:
        """Of an encrypted site."""
        return self._once("certificate", self._look)

    @property
    def site(self) -> Site:
        return self._once("site", self._reach)

    def ask(self, method: str, path: str, **options: str) -> Exchange:
        """One request with these headers."""
        return self.site.ask(method, path, timeout_s=self.target.limits.answer_s, headers=options)

    @property
    def health(self) -> Exchange:
        return self._once("health", lambda: self.ask("GET", self.target.health_path))

    @property
    def chat(self) -> Exchange:
        limit_s = self.target.limits.chat_s
        return self._once("chat", lambda: self.site.ask("POST", "/api/chat", timeout_s=limit_s, json=GREETING))

    @property
    def document(self) -> Document:
        """The first page, whatever its status."""
        return self._once("document", lambda: load(self.site, self.target.limits.answer_s))

    @property
    def page(self) -> Document:
        """The first page, for checks that judge what it says: one that is not there says nothing."""
        try:
            document = self.document
        except NoAnswerError as error:
            raise NotMeasuredError(str(error)) from None
        if document.page.status != 200:
            raise NotMeasuredError(f"the first page answered {document.page.status}")
        return document

    @property
    def application(self) -> Application:
        if self._application is None:
            raise NotApplicableError("the stack runs on no Dokploy")
        return self._application

    def _reach(self) -> Site:
        fingerprint = None
        if self.target.is_encrypted:
            fingerprint = self.certificate.fingerprint
            if fingerprint is None:
                raise NotMeasuredError(f"{self.target.address}: {self.certificate.problem}")
        else:
            with self._reaching():
                connect(self.target.address).close()
        return Site(self.target.url, self.target.address, fingerprint=fingerprint, login=self.target.login)

    def _look(self) -> Certificate:
        with self._reaching():
            return look(self.target.address, self.target.host, self.target.authority)

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        """A site that nobody can connect to is not measured: it may be the way there that is missing."""
        try:
            yield
        except OSError as error:
            raise NotMeasuredError(f"{self.target.address} cannot be reached: {error.strerror or error}") from None

    def _once(self, name: str, get: Callable[[], T]) -> T:
        """What `get` gave the first time, be it an error: nobody waits twice for an answer that does not come."""
        if name not in self._shared:
            try:
                self._shared[name] = get()
            except (NotMeasuredError, NotApplicableError, NoAnswerError) as error:
                self._shared[name] = error
        had = self._shared[name]
        if isinstance(had, Exception):
            raise had
        return had  # type: ignore[no-any-return]  # what `get` gave
