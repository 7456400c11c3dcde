"""SOP, Security 1: what must not be told to all, and what must be hard to guess."""

from __future__ import annotations

from collections.abc import Iterator

from sop import numbers
from sop.rule import rule
from sop.texts.secret_signs import is_a_secret, names_a_secret
from sop.texts.suspicion import is_a_known_default
from sop.views.app_secrets import as_known, secrets_of
from sop.views.dokploy_workload import DokployWorkload
from sop.views.open_texts import InTheOpen
from sop.views.workload import Workload


@rule(
    "environment-secrets-hidden",
    "No secret stands where everybody sees it.",
    judges=InTheOpen,
    section="Security 1",
    cis="4.10",
    severity="critical",
    remedy="remove it there, change it where it is used, and set it with "
    "`pulumi config set --secret --path secrets.NAME`",
    exemptible=False,
)
def secrets_hidden(text: InTheOpen) -> Iterator[str]:
    if text.variable is not None and names_a_secret(text.variable, text.text):
        yield f"{text.where} has the name of a secret and stands among the plain ones"
    elif is_a_secret(text.text, text.variable or ""):
        yield f"{text.where} holds what looks like a secret"


@rule(
    "environment-secret-strength",
    "The secrets that sign sessions are long, random and not the ones of the public source.",
    judges=Workload,
    section="Security 1",
    severity="critical",
    remedy="set one of your own: `openssl rand -hex 32`",
)
def secret_strength(workload: Workload) -> Iterator[str]:
    for name in numbers.SIGNING_SECRETS:
        value = workload.env.text(name)
        if value is None:
            if name not in numbers.REQUIRED_VARIABLES:
                yield f"{name} is not set, and the app falls back to a value of its public source"
        elif len(value) < numbers.SIGNING_SECRET_LENGTH:
            yield f"{name} has {len(value)} characters, and {numbers.SIGNING_SECRET_LENGTH} are the least"
        elif len(set(value)) < numbers.SIGNING_SECRET_VARIETY or is_a_known_default(value):
            yield f"{name} is easy to guess"


@rule(
    "environment-build-secrets",
    "No image that leaves the server was built with secrets.",
    judges=Workload,
    section="Security 1",
    cis="4.10",
    severity="medium",
    remedy="build with a Dockerfile, which takes no variables but its arguments, or keep the image off registries",
)
def build_secrets(workload: Workload) -> Iterator[str]:
    if isinstance(workload, DokployWorkload) and workload.builder == "nixpacks" and workload.pushes_to_a_registry:
        secret = [name for name, value in as_known(workload.env) if names_a_secret(name, value)]
        if secret:
            yield f"Nixpacks writes {', '.join(secret)} into an image that is pushed to a registry"


@rule(
    "environment-previews-apart",
    "Environments of pull requests have secrets of their own.",
    judges=Workload,
    section="Security 1",
    severity="critical",
    remedy="give the previews values of their own, made for them",
    exemptible=False,
)
def previews_apart(workload: Workload) -> Iterator[str]:
    if not isinstance(workload, DokployWorkload):
        return
    env, secrets = workload.env, secrets_of(workload)
    for given in workload.preview_variables:
        named = [name for name in given if name in env and names_a_secret(name)]
        shared = [name for name in named if given.text(name) == env.text(name) and names_a_secret(name, env.text(name))]
        if shared:
            yield f"the previews have the same {', '.join(shared)} as the app"
        for name, value in as_known(given):
            held = sorted({secrets[text] for text in secrets if value is not None and text in value})
            if held and name not in shared:
                yield f"{name} of the previews holds the app's {', '.join(held)}"
