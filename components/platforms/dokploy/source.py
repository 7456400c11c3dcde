"""Where an application's image comes from, as Dokploy is told."""

from __future__ import annotations

import pulumi_dokploy as dokploy

from components.platforms.dokploy.secret import marked
from components.values import GithubSource, GitSource, ImageSource, Service


def source(service: Service) -> dict[str, object]:
    """The inputs of the application that say where its image comes from.

    Raises ``ValueError`` for a folder of this machine; the settings refuse it before.
    """
    build = dokploy.ApplicationBuildArgs(
        type=service.build.type,
        dockerfile=service.build.dockerfile,
        context_path=service.build.context_path,
        stage=service.build.stage,
    )
    match service.source:
        case ImageSource() as image:
            return {
                "image": dokploy.ApplicationImageArgs(
                    reference=image.reference,
                    registry_url=image.registry_url,
                    username=image.username,
                    password=marked(image.password) if image.password else None,
                )
            }
        case GithubSource() as github:
            return {
                "github": dokploy.ApplicationGithubArgs(
                    github_id=github.github_id,
                    owner=github.owner,
                    repository=github.repository,
                    branch=github.branch,
                    build_path=github.build_path,
                    enable_submodules=github.enable_submodules,
                ),
                "build": build,
            }
        case GitSource() as git:
            return {
                "git": dokploy.ApplicationGitArgs(
                    url=git.url,
                    branch=git.branch,
                    build_path=git.build_path,
                    ssh_key_id=git.ssh_key_id,
                    enable_submodules=git.enable_submodules,
                ),
                "build": build,
            }
        case _:
            raise ValueError("Dokploy builds a repository or runs an image")
