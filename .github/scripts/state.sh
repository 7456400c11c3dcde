#!/usr/bin/env bash
# Refuses to touch a stack whose state would be lost with this runner, or whose secrets could not be read.
# Needs PULUMI_BACKEND_URL, and what that backend asks for.
set -euo pipefail

refuse() {
    echo "::error title=Settings::$1 (docs/workflows.md)"
    exit 3
}

case ${PULUMI_BACKEND_URL:-} in
    "") refuse "the variable PULUMI_BACKEND_URL of this environment is not set" ;;
    file:*) refuse "PULUMI_BACKEND_URL is a folder of this runner, which is thrown away: name a bucket or Pulumi Cloud" ;;
    https:*) [ -n "${PULUMI_ACCESS_TOKEN:-}" ] || refuse "the secret PULUMI_ACCESS_TOKEN of this environment is not set" ;;
    *) [ -n "${PULUMI_CONFIG_PASSPHRASE:-}" ] || refuse "the secret PULUMI_CONFIG_PASSPHRASE of this environment is not set" ;;
esac
