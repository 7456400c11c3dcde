#!/usr/bin/env bash
# Puts the policies of the base branch in place of a change's own, so that no change weakens the rules, levels or
# exemptions that judge it.
# Usage: rules-of-base.sh BASE CHANGE   (two checkouts)
set -euo pipefail

base=$1
change=$2

# Without this, a wrong path would leave the change under no rules at all.
if [ ! -f "$base/policies/PulumiPolicy.yaml" ]; then
    echo "error: $base/policies is no policy pack; the base branch has to bring one" >&2
    exit 3
fi

if diff -rq --exclude=__pycache__ "$base/policies" "$change/policies" >/dev/null 2>&1; then
    echo "the change leaves the policies as they are"
    exit 0
fi
# The folder itself may be a link to somewhere else.
rm -rf "${change:?}/policies"
cp -R "$base/policies" "$change/policies"
echo "::notice title=Policies::This change edits policies/. It is judged by the rules of the base branch."
