"""The cases of all resources but the Deployment, which has tests of its own."""

from tests.dokploy.resources import (
    application_cases,
    cases,
    child_cases,
    database_cases,
    notification_cases,
    organization_cases,
)

CASES = (
    *cases.CASES,
    *application_cases.CASES,
    *child_cases.CASES,
    *organization_cases.CASES,
    *notification_cases.CASES,
    *database_cases.CASES,
)
