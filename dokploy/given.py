"""Where a server's address and key were read, so that a message names the place where a wrong one is put right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

URL_VARIABLE: Final = "DOKPLOY_URL"
KEY_VARIABLE: Final = "DOKPLOY_API_KEY"


@dataclass(frozen=True, kw_only=True)
class Given:
    """By the variable of the environment, or by the provider's configuration."""

    url_by_variable: bool = False
    key_by_variable: bool = False

    @property
    def url(self) -> str:
        """What the address is called there."""
        return URL_VARIABLE if self.url_by_variable else "dokploy:url"

    @property
    def key(self) -> str:
        """What the key is called there."""
        return KEY_VARIABLE if self.key_by_variable else "dokploy:apiKey"

    @property
    def set_url(self) -> str:
        """How another address is set, as the end of a sentence."""
        if self.url_by_variable:
            return f"set the variable {URL_VARIABLE} to one like https://dokploy.your-domain"
        return "set it with: pulumi config set dokploy:url https://dokploy.your-domain"

    @property
    def set_key(self) -> str:
        """How a new key is set, as the end of a sentence."""
        if self.key_by_variable:
            return f"set the variable {KEY_VARIABLE} to it"
        return "run: pulumi config set --secret dokploy:apiKey"
