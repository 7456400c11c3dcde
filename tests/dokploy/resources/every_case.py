"""The cases of all resources but the Deployment, which has tests of its own."""

from tests.dokploy.resources import cases

CASES = (*cases.CASES,)
