"""The provider's configuration: where the server is and which key opens it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dokploy.errors import DokployError
from dokploy.given import KEY_VARIABLE, URL_VARIABLE, Given
from dokploy.plugin.properties import is_unknown
from dokploy.server import Server

SET_URL = "pulumi config set dokploy:url https://your-server"
SET_KEY = "pulumi config set --secret dokploy:apiKey"


class ConfigurationError(Exception):
    """One line that says what is missing and the command that sets it."""


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """`None` where a value is only known after an update (it is another resource's output)."""

    url: str | None
    api_key: str | None
    given: Given

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Configuration:
        """From the provider's properties, else from DOKPLOY_URL and DOKPLOY_API_KEY."""
        url = values.get("url") or os.environ.get(URL_VARIABLE)
        key = values.get("apiKey") or os.environ.get(KEY_VARIABLE)
        missing = []
        if not url:
            missing.append(f"dokploy:url is not set: run `{SET_URL}`, or set DOKPLOY_URL")
        if not key:
            missing.append(f"dokploy:apiKey is not set: run `{SET_KEY}`, or set DOKPLOY_API_KEY")
        if missing:
            raise ConfigurationError("; ".join(missing))
        return cls(
            url=None if is_unknown(url) else url,
            api_key=None if is_unknown(key) else key,
            given=Given(url_by_variable=not values.get("url"), key_by_variable=not values.get("apiKey")),
        )

    def connect(
        self, say: Callable[[str], None] = lambda text: None, cancelled: threading.Event | None = None
    ) -> tuple[Server | None, list[str]]:
        """The server, proved to answer to this key, and what to warn of: its version, an unencrypted address.

        `say` is told when a call waits for a server that is away; `cancelled` ends such waits.
        """
        if self.url is None or self.api_key is None:
            return None, []
        # Not before it is needed: half of the time that it takes to start the plugin would be spent on it.
        from dokploy.client import DokployClient
        from dokploy.patience import Patience

        try:
            patience = Patience(say=say, closing=cancelled or threading.Event())
            client = DokployClient(self.url, self.api_key, patience=patience, given=self.given)
            return Server(client), [warning for warning in (client.warning, client.check_version()) if warning]
        except (ValueError, DokployError) as error:
            raise ConfigurationError(str(error)) from error
