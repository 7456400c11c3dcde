"""The Traefik file of an application, rewritten by every change of its domains."""

from __future__ import annotations

from typing import Any

import yaml

from .state import Row, State


class _Indented(yaml.SafeDumper):
    """Lists stand deeper than their key, as Dokploy writes them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


FOLDER = "/etc/dokploy/traefik/dynamic"


def path(app: Row) -> str:
    return f"{FOLDER}/{app['appName']}.yml"


def rewrite(state: State, app: Row) -> None:
    """Write the application's file from its domains, or drop it when none is left."""
    domains = [row for row in state.of(state.domains, "applicationId", app["applicationId"]) if row["enabled"]]
    if not domains:
        state.traefik.pop(path(app), None)
        return
    routers: dict[str, Any] = {}
    services: dict[str, Any] = {}
    for row in domains:
        _add(routers, services, app["appName"], row)
    content = {"http": {"routers": routers, "services": services}}
    state.traefik[path(app)] = yaml.dump(content, Dumper=_Indented, sort_keys=False)


def _add(routers: dict[str, Any], services: dict[str, Any], name: str, row: Row) -> None:
    number = row["uniqueConfigKey"]
    service = f"{name}-service-{number}"
    rule = f"Host(`{row['host']}`)"
    if row["path"] not in (None, "", "/"):
        rule += f" && PathPrefix(`{row['path']}`)"
    own = list(row["middlewares"] or [])
    plain = ["redirect-to-https"] if row["https"] else own
    routers[f"{name}-router-{number}"] = {
        "rule": rule,
        "service": service,
        "middlewares": plain,
        "entryPoints": ["web"],
    }
    if row["https"]:
        secure: dict[str, Any] = {
            "rule": rule,
            "service": service,
            "middlewares": own,
            "entryPoints": ["websecure"],
        }
        if row["certificateType"] == "letsencrypt":
            secure["tls"] = {"certResolver": "letsencrypt"}
        elif row["certificateType"] == "custom" and row["customCertResolver"]:
            secure["tls"] = {"certResolver": row["customCertResolver"]}
        routers[f"{name}-router-websecure-{number}"] = secure
    url = f"http://{name}:{row['port'] or 80}"
    services[service] = {"loadBalancer": {"servers": [{"url": url}], "passHostHeader": True}}
