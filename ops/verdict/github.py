"""Keeps one comment on a pull request, through GitHub's REST API: made once, then updated in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import requests
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from ops.errors import OpsError
from ops.verdict.markdown import MARKER

TIMEOUT_S = 30.0
PER_PAGE = 100
Done = Literal["created", "updated"]


class _TryAgainError(Exception):
    """GitHub could not be reached, or has trouble of its own."""


class PullRequest:
    """The comments of one pull request. `repository` is `owner/name`; the token needs `pull-requests: write`."""

    def __init__(self, repository: str, number: int, token: str, *, api: str) -> None:
        self._api = api.rstrip("/")
        self._comments = f"{self._api}/repos/{repository}/issues/{number}/comments"
        self._edited = f"{self._api}/repos/{repository}/issues/comments"
        self._session = requests.Session()
        self._session.headers.update(
            {
                "Authorization": f"Bearer {token}",
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
            }
        )

    def keep(self, text: str) -> Done:
        """Let the pull request have this text as its one comment; raises OpsError when GitHub refuses.

        The comment begins with the marker. When an answer is lost, the search at the next try finds what was made;
        comments that were made twice become one.
        """
        body = text if text.startswith(MARKER) else f"{MARKER}\n{text}"
        try:
            return self._keep(body)
        except _TryAgainError as error:
            raise OpsError(f"GitHub does not answer: {error}") from None
        finally:
            self._session.close()

    @retry(
        retry=retry_if_exception_type(_TryAgainError),
        stop=stop_after_attempt(4),
        wait=wait_exponential_jitter(multiplier=0.2, max=5.0),
        reraise=True,
    )
    def _keep(self, body: str) -> Done:
        own = [comment["id"] for comment in self._own()]
        if not own:
            self._ask("POST", self._comments, json={"body": body})
            return "created"
        self._ask("PATCH", f"{self._edited}/{own[0]}", json={"body": body})
        for doubled in own[1:]:
            self._ask("DELETE", f"{self._edited}/{doubled}")
        return "updated"

    def _own(self) -> Iterator[dict[str, Any]]:
        """The comments that this token's owner has made with the marker: anybody can write the marker."""
        login = self._login()
        page = 1
        while True:
            comments = self._ask("GET", self._comments, params={"per_page": PER_PAGE, "page": page}).json()
            for comment in comments:
                user = comment.get("user") or {}
                own = user.get("login") == login if login else user.get("type") == "Bot"
                if own and str(comment.get("body", "")).startswith(MARKER):
                    yield comment
            if len(comments) < PER_PAGE:
                return
            page += 1

    def _login(self) -> str | None:
        """Whose the token is; None for a workflow's own, which may not ask."""
        answer = self._ask("GET", f"{self._api}/user", refused={401, 403})
        return None if answer.status_code in {401, 403} else str(answer.json()["login"])

    def _ask(
        self,
        method: str,
        url: str,
        *,
        params: dict[str, int] | None = None,
        json: dict[str, str] | None = None,
        refused: set[int] | frozenset[int] = frozenset(),
    ) -> requests.Response:
        try:
            answer = self._session.request(method, url, params=params, json=json, timeout=TIMEOUT_S)
        except requests.RequestException as error:
            raise _TryAgainError(type(error).__name__) from None
        if answer.status_code >= 500 or answer.status_code == 429:
            raise _TryAgainError(f"status {answer.status_code}")
        if answer.status_code >= 400 and answer.status_code not in refused:
            hint = "; the token needs pull-requests: write" if answer.status_code in {401, 403, 404} else ""
            raise OpsError(f"GitHub refused {method} of the comment with status {answer.status_code}{hint}")
        return answer
