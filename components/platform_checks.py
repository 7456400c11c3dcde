"""The rules that only one of the platforms has: what it needs, and what it cannot do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from components.checks import Check, Surroundings, reserved
from components.sections import App, Backup, Ingress, Tls
from components.values import Alerts


def of(platform: object) -> tuple[Check, ...]:
    """The rules of ``platform``; none while nobody knows which one it is."""
    return {"dokploy": _DOKPLOY, "docker": _DOCKER}.get(str(platform), ())


def _host(host: str, stack: str) -> Iterator[str]:
    if reserved(host):
        yield (
            f"host: {host} is a name for examples; run `pulumi config set host chat.your-company.com --stack {stack}`"
        )


def _server(surroundings: Surroundings | None, stack: str) -> Iterator[str]:
    if surroundings is None:
        return
    command = f"run `pulumi config set dokploy:url https://dokploy.your-company.com --stack {stack}`"
    if not surroundings.server_url:
        yield f"dokploy:url: is not set; {command}"
        return
    place = "dokploy:url"
    if surroundings.url_by_variable:
        place, command = "DOKPLOY_URL", "set that variable to one like https://dokploy.your-company.com"
    try:
        parts = urlsplit(surroundings.server_url)
        name = parts.hostname or ""
    except ValueError:
        parts, name = None, ""
    if parts is None or parts.scheme not in ("http", "https") or not name:
        yield f"{place}: {surroundings.server_url!r} is not an address of http or https; {command}"
    elif reserved(name):
        yield f"{place}: {name} is a name for examples; {command}"


def _repository_or_image(app: App) -> Iterator[str]:
    if app.source.context:
        yield (
            f"app.source.context: {app.source.context.path!r} lies on this machine, and Dokploy builds on its own; "
            "choose git, github or image"
        )


def _image_or_folder(app: App) -> Iterator[str]:
    source = app.source
    if source.git or source.github:
        yield (
            f"app.source.{'git' if source.git else 'github'}: a Docker engine builds no repository; clone it and "
            "choose `context: {path: ../chatzwa}`, or choose image"
        )
    if source.image and source.image.username and not source.image.registry_url:
        yield "app.source.image.registryUrl: is not set; username and password need the registry that they are for"
    context = source.context
    if context is None:
        return
    if not (Path(context.path) / context.dockerfile).is_file():
        yield (
            f"app.source.context: there is no file {context.path}/{context.dockerfile}; the path counts from the "
            "folder of Pulumi.yaml"
        )


def _plain_http(tls: Tls) -> Iterator[str]:
    if tls.certificate != "none":
        yield (
            f"tls.certificate: {tls.certificate} needs a proxy, and the platform docker publishes the app's own port; "
            "choose none"
        )


def _no_proxy(ingress: Ingress) -> Iterator[str]:
    for key, given in (("guard", ingress.guard), ("allowedOrigins", ingress.allowed_origins)):
        if given:
            yield (
                f"ingress.{key}: needs a proxy, and the platform docker publishes the app's own port; leave it out "
                "and put a proxy of your own before it"
            )


def _dokploys_own(app: App, backup: Backup, alerts: Alerts) -> Iterator[str]:
    for key, given, what in (
        ("alerts", alerts.channels, "notifies nobody"),
        ("backup.offsite", backup.offsite, "sends nothing to a bucket"),
        ("app.rollback", app.rollback, "keeps the images of a week by itself"),
    ):
        if given:
            yield f"{key}: is for the platform dokploy, and a Docker engine {what}; leave it out"


def _examples(app: App, backup: Backup, stack: str) -> Iterator[str]:
    registry = app.rollback.registry if app.rollback else None
    for key, address in (
        ("backup.offsite.endpoint", urlsplit(backup.offsite.endpoint).hostname if backup.offsite else None),
        ("app.rollback.registry.url", registry.url.partition(":")[0] if registry else None),
    ):
        if address and reserved(address):
            yield f"{key}: {address} is a name for examples; run `pulumi config set --path {key} YOURS --stack {stack}`"


_DOKPLOY: tuple[Check, ...] = (_host, _server, _repository_or_image, _examples)
_DOCKER: tuple[Check, ...] = (_image_or_folder, _plain_http, _no_proxy, _dokploys_own)
