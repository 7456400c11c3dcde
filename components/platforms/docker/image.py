"""The image of the app: one that is there or can be pulled, or one that the engine builds from a folder."""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pulumi
import pulumi_docker as docker
from pulumi import Output, ResourceOptions

from components.platforms.docker.image_failure import told
from components.platforms.docker.machine import Machine
from components.values import ContextSource, ImageSource, Service

BUILT = "chatzwa.stack"
"""The label of what is built here, with the service's name."""


def image_id(name: str, service: Service, machine: Machine, options: ResourceOptions) -> pulumi.Input[str]:
    """The id of the image, which stands for one content for ever.

    Raises ``ValueError`` for a source that an engine cannot run; the settings refuse it before.
    """
    match service.source:
        case ImageSource(reference=reference) if reference.startswith("sha256:"):
            return reference
        case ImageSource(reference=reference) as source:
            image = docker.RemoteImage(
                f"{name}-image",
                docker.RemoteImageArgs(
                    name=reference,
                    keep_locally=True,  # it may be somebody else's too
                    pull_triggers=[service.revision],
                ),
                _merged(options, told(name, source, machine), _signed_in(name, source, machine)),
            )
        case ContextSource() as context:
            image = docker.RemoteImage(
                f"{name}-image",
                docker.RemoteImageArgs(
                    name=f"{service.name}:{fingerprint(context, service.revision)}",
                    build=docker.RemoteImageBuildArgs(
                        context=context.path,
                        dockerfile=context.dockerfile,
                        build_args=dict(context.args),
                        labels={BUILT: service.unique_name},
                        use_legacy_builder=True,  # needs nothing but the engine
                    ),
                    # After a failed update the next one may build the same name again: to delete it would take
                    # the new one. Release clears old ones away.
                    keep_locally=True,
                ),
                _merged(options, told(name, context, machine)),
            )
        case _:
            raise ValueError("a Docker engine runs an image or builds a folder")
    made: Output[str] = image.image_id
    return made


def _merged(*options: ResourceOptions | None) -> ResourceOptions:
    return functools.reduce(ResourceOptions.merge, options, ResourceOptions())


def _signed_in(name: str, source: ImageSource, machine: Machine) -> ResourceOptions | None:
    """The same engine with the registry's credentials, which nothing but the image needs."""
    if source.username is None:
        return None
    credentials = docker.ProviderRegistryAuthArgs(
        address=source.registry_url or "",
        username=source.username,
        password=Output.secret(source.password.get_secret_value()) if source.password else None,
    )
    return ResourceOptions(
        provider=docker.Provider(
            f"{name}-registry", host=machine.address, ssh_opts=machine.ssh_options, registry_auth=[credentials]
        )
    )


def fingerprint(source: ContextSource, revision: str) -> str:
    """A short text that changes whenever another image would be built."""
    known = hashlib.sha256(json.dumps([revision, source.dockerfile, sorted(source.args.items())]).encode())
    root = Path(source.path)
    # The engine reads it even where .dockerignore leaves it out of the image.
    recipe = root / source.dockerfile
    known.update(recipe.read_bytes() if recipe.is_file() else b"")
    for path in _files(root):
        content = str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
        mode = 0 if path.is_symlink() else path.stat().st_mode & 0o111
        known.update(f"{path.relative_to(root)}\0{mode:o}\0{len(content)}\0".encode() + content)
    return known.hexdigest()[:16]


def _files(root: Path) -> Iterator[Path]:
    """What is sent to the engine, in a fixed order, and at most a little more.

    Of .dockerignore the plain patterns count; whatever an exception could bring back counts as sent.
    """
    ignore = root / ".dockerignore"
    lines = [line.strip() for line in ignore.read_text().splitlines()] if ignore.is_file() else []
    patterns = [line.strip("/") for line in lines if line and not line.startswith(("#", "!"))]
    kept = [line[1:].strip("/") for line in lines if line.startswith("!")]
    for folder, names, files in os.walk(root):
        names.sort()
        here = Path(folder).relative_to(root)
        if not kept:
            names[:] = [name for name in names if not _matches(here / name, patterns)]
        for name in sorted([*files, *(name for name in names if (Path(folder) / name).is_symlink())]):
            if not _matches(here / name, patterns) or _matches(here / name, kept):
                yield Path(folder) / name


def _matches(path: Path, patterns: list[str]) -> bool:
    """Whether a pattern means ``path`` or a folder that holds it."""
    texts = [str(one) for one in (path, *path.parents) if str(one) != "."]
    return any(
        fnmatch(text, pattern) or (pattern.startswith("**/") and fnmatch(text, pattern[3:]))
        for text in texts
        for pattern in patterns
    )
