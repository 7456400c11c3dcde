"""Traefik's files: one per application, rewritten by every change of its domains, and the shared middlewares."""

from __future__ import annotations

import hashlib
from typing import Any

import yaml

from .state import Row, State

FOLDER = "/etc/dokploy/traefik/dynamic"
STATIC = "/etc/dokploy/traefik/traefik.yml"
MIDDLEWARES = f"{FOLDER}/middlewares.yml"
DASHBOARD = f"{FOLDER}/dokploy.yml"


class _Indented(yaml.SafeDumper):
    """Lists stand deeper than their key, as Dokploy writes them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def dump(content: Any) -> str:
    return yaml.dump(content, Dumper=_Indented, sort_keys=False, width=1000)


def path(app: Row) -> str:
    return f"{FOLDER}/{app['appName']}.yml"


def first_files() -> dict[str, str]:
    """What a fresh installation has."""
    scheme = {"redirectScheme": {"scheme": "https", "permanent": True}}
    dashboard = {
        "routers": {
            "dokploy-router-app": {
                "rule": "Host(`dokploy.docker.localhost`) && PathPrefix(`/`)",
                "service": "dokploy-service-app",
                "entryPoints": ["web"],
            }
        },
        "services": {"dokploy-service-app": _balancer("http://dokploy:3000")},
    }
    static = {
        "global": {"sendAnonymousUsage": False},
        "providers": {
            "swarm": {"exposedByDefault": False, "watch": True},
            "docker": {"exposedByDefault": False, "watch": True, "network": "dokploy-network"},
            "file": {"directory": FOLDER, "watch": True},
        },
        "entryPoints": {
            "web": {"address": ":80"},
            "websecure": {
                "address": ":443",
                "http3": {"advertisedPort": 443},
                "http": {"tls": {"certResolver": "letsencrypt"}},
            },
        },
        "api": {"insecure": True},
        "certificatesResolvers": {
            "letsencrypt": {
                "acme": {
                    "email": "test@localhost.com",
                    "storage": f"{FOLDER}/acme.json",
                    "httpChallenge": {"entryPoint": "web"},
                }
            }
        },
    }
    return {
        STATIC: dump(static),
        MIDDLEWARES: dump({"http": {"middlewares": {"redirect-to-https": scheme}}}),
        DASHBOARD: dump({"http": dashboard}),
    }


def rewrite(state: State, app: Row) -> None:
    """Write the application's file from its domains, or drop it when none is left."""
    domains = [row for row in state.of(state.domains, "applicationId", app["applicationId"]) if row["enabled"]]
    if not domains:
        state.traefik.pop(path(app), None)
        return
    shared = _shared(state, app)
    routers: dict[str, Any] = {}
    services: dict[str, Any] = {}
    for row in domains:
        _add(routers, services, app["appName"], row, shared)
    state.traefik[path(app)] = dump({"http": {"routers": routers, "services": services}})


def _shared(state: State, app: Row) -> list[str]:
    """The names of the application's middlewares in the shared file."""
    name, key = app["appName"], app["applicationId"]
    redirects = state.of(state.redirects, "applicationId", key)
    names = [f"redirect-{name}-{row['uniqueConfigKey']}" for row in redirects]
    return [*names, f"auth-{name}"] if state.of(state.security, "applicationId", key) else names


def rewrite_middlewares(state: State, app: Row) -> None:
    """Write basic auth and redirects of the application; what else is in the shared file stays."""
    try:
        content = yaml.safe_load(state.traefik.get(MIDDLEWARES, "")) or {}
    except yaml.YAMLError:
        content = {}
    kept = (content.get("http") or {}).get("middlewares") or {} if isinstance(content, dict) else {}
    wanted: dict[str, Any] = {}
    for row in state.of(state.redirects, "applicationId", app["applicationId"]):
        regex = {name: row[name] for name in ("regex", "replacement", "permanent")}
        wanted[f"redirect-{app['appName']}-{row['uniqueConfigKey']}"] = {"redirectRegex": regex}
    users = [_user(row) for row in state.of(state.security, "applicationId", app["applicationId"])]
    if users:
        wanted[f"auth-{app['appName']}"] = {"basicAuth": {"removeHeader": True, "users": users}}
    own = (f"auth-{app['appName']}", f"redirect-{app['appName']}-")
    others = {name: entry for name, entry in kept.items() if name in wanted or not name.startswith(own)}
    state.traefik[MIDDLEWARES] = dump({"http": {"middlewares": {**others, **wanted}}})
    if app["applicationId"] in state.applications:
        rewrite(state, app)


def _user(row: Row) -> str:
    """A hash in the shape of bcrypt; nobody can log in with it."""
    digest = hashlib.sha256(f"{row['securityId']}{row['password']}".encode()).hexdigest()
    return f"{row['username']}:$2b$10${digest[:53]}"


def _balancer(url: str) -> dict[str, Any]:
    return {"loadBalancer": {"servers": [{"url": url}], "passHostHeader": True}}


def _add(routers: dict[str, Any], services: dict[str, Any], name: str, row: Row, shared: list[str]) -> None:
    number = row["uniqueConfigKey"]
    service = f"{name}-service-{number}"
    rule = f"Host(`{row['host']}`)"
    if row["path"] not in (None, "", "/"):
        rule += f" && PathPrefix(`{row['path']}`)"
    own = [*shared, *(row["middlewares"] or [])]
    routers[f"{name}-router-{number}"] = {
        "rule": rule,
        "service": service,
        "middlewares": ["redirect-to-https"] if row["https"] else own,
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
    services[service] = _balancer(f"http://{name}:{row['port'] or 80}")
