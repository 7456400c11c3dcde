"""`python -m ops base-image`: an image with node where no registry is reachable."""

from __future__ import annotations

import typer

from ops import docker_engine
from ops.docker_engine.base_image import make_base_image
from ops.progress import Progress

EPILOG = (
    "Example: `.venv/bin/python -m ops base-image && make up STACK=local`\n\n"
    "Exit codes: 0 the image is there, 2 wrong usage, 3 there is no engine, or the image cannot be made."
)


def base_image() -> None:
    """Make the image chatzwa-base:local from this machine's own node, for where no registry is reachable.

    The same programs give the same image id; an image that is there already is left as it is.
    """
    progress = Progress()
    host = docker_engine.find_or_start(progress=progress)
    image = make_base_image(host.url, progress)
    progress.note(f"{image.name} is {'ready' if image.made else 'there already'}: {image.id}")
    typer.echo(image.id)
