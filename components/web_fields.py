"""Single values of the configuration that are about the web: addresses, origins, headers, and secrets among them.

As in ``components.fields`` every validator raises ``ValueError`` with the value, the limit and the way out; where
the value is secret, without it.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, SecretStr

PASSWORD_HASH = re.compile(r"\$2[aby]\$[0-9]{2}\$[./A-Za-z0-9]{53}|\$apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}")


def _secret(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().strip():
        raise ValueError("must not be empty")
    return value


def _secret_url(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"https?://[^/\s]+\S*", value.get_secret_value()):
        raise ValueError("is not an address that begins with https:// or http://")
    return value


def _password_hash(value: SecretStr) -> SecretStr:
    if not PASSWORD_HASH.fullmatch(value.get_secret_value()):
        raise ValueError("is not the hash of a password; `htpasswd -nB NAME` makes one, behind the colon")
    return value


def _user(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._@-]{1,64}", text):
        raise ValueError(f"{text!r} is not a user's name of letters, digits, . _ @ and -")
    return text


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[^/@\s?#]+(/[^@\s?#]*)?", text):
        raise ValueError(f"{text!r} is not an address; write it like https://s3.your-company.com")
    return text


def _registry(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?", text):
        raise ValueError(f"{text!r} is not a registry; write its host name alone, like registry.your-company.com")
    return text


def _origin(text: str) -> str:
    if text == "*":
        raise ValueError("'*' admits the pages of every host; name the origins that may call the app")
    if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?", text):
        raise ValueError(f"{text!r} is not an origin; write it like https://www.your-company.com, without a path")
    return text.lower()


def _network(text: str) -> str:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"{text!r} is not an address or a range of them; write it like 203.0.113.0/24") from None
    if network.prefixlen == 0:
        raise ValueError(f"{text!r} lets everybody in; name the addresses that may come in")
    return str(network)


def _web_path(path: str) -> str:
    if not re.fullmatch(r"/[A-Za-z0-9._~/-]*", path) or ".." in PurePosixPath(path).parts:
        raise ValueError(f"{path!r} is not the path of an address; write it like /api/admin")
    return str(PurePosixPath("/" + path.strip("/")))


def _header(text: str) -> str:
    # Traefik reads {{ as the beginning of a template.
    if "{{" in text or not text.isprintable() or not text.strip():
        raise ValueError("is not the value of a header: one line of printable characters, without {{")
    return text.strip()


Secret = Annotated[SecretStr, AfterValidator(_secret)]
SecretUrl = Annotated[SecretStr, AfterValidator(_secret_url)]
PasswordHash = Annotated[SecretStr, AfterValidator(_password_hash)]
UserName = Annotated[str, AfterValidator(_user)]
Url = Annotated[str, AfterValidator(_url)]
RegistryHost = Annotated[str, AfterValidator(_registry)]
Origin = Annotated[str, AfterValidator(_origin)]
Network = Annotated[str, AfterValidator(_network)]
WebPath = Annotated[str, AfterValidator(_web_path)]
HeaderValue = Annotated[str, AfterValidator(_header)]
