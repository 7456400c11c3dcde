"""An image of one layer as `docker load` reads it. Equal content gives equal bytes, and so an equal id."""

from __future__ import annotations

import hashlib
import io
import json
import platform
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

LAYER = "layer.tar"
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file of the image: a folder, or one of a copy, a link, a text."""

    path: str
    """Without a slash before it."""
    copied: Path | None = None
    link: str | None = None
    text: str | None = None
    mode: int = 0o755


def write_layer(entries: Iterable[Entry], file: io.BufferedRandom) -> str:
    """Write the layer and return its digest. Folders on the way to an entry are made by themselves."""
    named = {entry.path: entry for entry in entries}
    for path in list(named):
        for parent in list(PurePosixPath(path).parents)[:-1]:
            named.setdefault(str(parent), Entry(path=str(parent)))
    with tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for path in sorted(named):
            _add(tar, named[path])
    file.seek(0)
    return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def write_image(layer: IO[bytes], digest: str, name: str, config: Mapping[str, Any], file: IO[bytes]) -> None:
    """Write the archive of an image that consists of the layer. `config` is what Docker calls so."""
    described = {
        "architecture": _ARCHITECTURES.get(platform.machine(), platform.machine()),
        "os": "linux",
        "created": "1970-01-01T00:00:00Z",
        "config": config,
        "rootfs": {"type": "layers", "diff_ids": [digest]},
    }
    text = json.dumps(described, sort_keys=True).encode()
    config_name = f"{hashlib.sha256(text).hexdigest()}.json"
    manifest = [{"Config": config_name, "RepoTags": [name], "Layers": [LAYER]}]
    with tarfile.open(fileobj=file, mode="w|", format=tarfile.GNU_FORMAT) as tar:
        _add_bytes(tar, config_name, text)
        _add_bytes(tar, "manifest.json", json.dumps(manifest).encode())
        size = layer.seek(0, io.SEEK_END)
        layer.seek(0)
        tar.addfile(_info(LAYER, size=size), layer)


def _add(tar: tarfile.TarFile, entry: Entry) -> None:
    if entry.copied is not None:
        with entry.copied.open("rb") as source:
            tar.addfile(_info(entry.path, mode=entry.mode, size=entry.copied.stat().st_size), source)
    elif entry.text is not None:
        _add_bytes(tar, entry.path, entry.text.encode(), mode=entry.mode)
    else:
        info = _info(entry.path, mode=entry.mode)
        info.type = tarfile.DIRTYPE if entry.link is None else tarfile.SYMTYPE
        info.linkname = entry.link or ""
        tar.addfile(info)


def _add_bytes(tar: tarfile.TarFile, path: str, content: bytes, mode: int = 0o644) -> None:
    tar.addfile(_info(path, mode=mode, size=len(content)), io.BytesIO(content))


def _info(path: str, *, size: int = 0, mode: int = 0o644) -> tarfile.TarInfo:
    """Owned by root, at the beginning of time."""
    info = tarfile.TarInfo(path)
    info.size, info.mode, info.mtime = size, mode, 0
    return info
