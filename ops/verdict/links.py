"""Where a report can be read further: the run's artifact, and the page of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from ops.verdict.catalogue import PAGE


@dataclass(frozen=True, kw_only=True)
class Links:
    """`run` is empty outside of a workflow; `docs` is a folder or an address that paths are put behind."""

    run: str = ""
    docs: str = ""

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Links:
        """From the variables that GitHub gives to a workflow."""
        server, repository = environment.get("GITHUB_SERVER_URL"), environment.get("GITHUB_REPOSITORY")
        if not server or not repository:
            return cls()
        run = environment.get("GITHUB_RUN_ID")
        return cls(
            run=f"{server}/{repository}/actions/runs/{run}" if run else "",
            docs=f"{server}/{repository}/blob/{quote(environment.get('GITHUB_BASE_REF') or 'HEAD')}/",
        )

    def rule(self, identifier: str) -> str:
        return f"{self.docs}{PAGE}#{identifier}"

    @property
    def rest(self) -> str:
        """Where what is not shown can be found, as Markdown."""
        return f"[the report's files]({self.run})" if self.run else "the report's files"
