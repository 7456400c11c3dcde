"""Pulling an image, or cloning and building: what the deployment's log says and whether it works."""

from __future__ import annotations

import hashlib
import re

from .settings import Outcome
from .state import Row

COMMIT = "0123456789abcdef0123456789abcdef01234567"  # the one commit of every simulated repository
_HOSTS = {"github": "github.com", "gitlab": "gitlab.com", "gitea": "gitea.com", "bitbucket": "bitbucket.org"}


def fetch(row: Row, app: Row, outcome: Outcome) -> tuple[str, str | None]:
    """Pull or clone and build: what the log says, and the image, or None when it failed."""
    source, name = app["sourceType"], app["appName"]
    if source == "docker":
        image = app["dockerImage"] or ""
        log = f"Pulling {image}\n"
        if outcome == "pull_failure" or not image:
            reason = "not found: manifest unknown: manifest unknown"
            log += f"Error response from daemon: manifest for {image} {reason}\n"
            return f"{log}❌ Pulling image failed\n\n", None
        return f"{log}{_pulled(image)}✅ Pulling image completed.\n", image
    if source == "git":
        url = app["customGitUrl"] or ""
        if not url:
            return "Error: ❌ Repository not found\n\n", None
        if not url.startswith(("http://", "https://")) and not app["customGitSSHKeyId"]:
            reason = "You are trying to clone a ssh repository without a ssh key, please set a ssh key"
            return f"Error: ❌ {reason}\n\n", None
    elif source in _HOSTS and app[f"{source}Id"]:
        owner, repository = (f"{source}Owner", f"{source}Repository") if source != "github" else ("owner", "repository")
        url = f"https://{_HOSTS[source]}/{app[owner]}/{app[repository]}.git"
    else:
        return f"Error: ❌ {source.capitalize()} Provider not found\n\n", None
    code = f"/etc/dokploy/applications/{name}/code"
    log = f"Cloning Repo Custom {url} to {code}: ✅\nCloning into '{code}'...\n"
    if outcome == "pull_failure":
        return (
            f"{log}fatal: unable to access '{url}/'\n❌ [ERROR] Fail to clone the repository {url}\n\n",
            None,
        )
    row["title"], row["description"] = "initial commit message", f"Commit: {COMMIT}"
    log += f"Building {name}\n"
    if outcome == "build_failure":
        return f"{log}npm error code 1\nnpm error command failed: npm run build\n❌ Build failed\n\n", None
    return f"{log}✅ Build completed\n", f"{name}:latest"


def _pulled(image: str) -> str:
    """What `docker pull` prints."""
    repository, _, tag = image.rpartition(":")
    digest = hashlib.sha256(image.encode()).hexdigest()
    place = repository.partition("/")[2] if re.match(r"[^/]*[.:][^/]*/", repository) else repository
    lines = (
        f"{tag}: Pulling from {place}",
        f"Digest: sha256:{digest}",
        f"Status: Image is up to date for {image}",
        image,
    )
    return "".join(f"{line}\n" for line in lines)


def pushed(image: str, rollback: Row) -> str:
    """What Dokploy logs when it keeps a copy of the image in the registry for rollbacks."""
    registry = rollback["fullContext"]["rollbackRegistry"]
    repository = f"{registry['registryUrl']}/{registry['imagePrefix']}/{rollback['image'].partition(':')[0]}"
    tag = f"v{rollback['version']}"
    digest = hashlib.sha256(image.encode()).hexdigest()
    lines = (
        "🔄 [Enabled Rollback Registry]",
        f"📦 [Enabled Registry] Uploading image to 'cloud' | '{repository}:{tag}'",
        "Login Succeeded",
        "✅ Registry Login Success",
        "✅ Image Tagged",
        f"The push refers to repository [{repository}]",
        f"{digest[:12]}: Preparing",
        f"{digest[:12]}: Pushed",
        f"{tag}: digest: sha256:{digest} size: 527",
        "✅ Image Pushed",
    )
    return "".join(f"{line}\n" for line in lines)
