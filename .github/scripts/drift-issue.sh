#!/usr/bin/env bash
# Keeps one issue about drift: opens it, brings it up to date, and closes it when all is well again.
# Usage: drift-issue.sh RESULT FOLDER   RESULT is that of the audits; FOLDER holds their audit.md, one a stack
# Needs GH_TOKEN, GITHUB_REPOSITORY, RUN_URL.
set -euo pipefail

result=$1
folder=$2
TITLE="Drift: what is deployed is not what the branch says"
MARKER="<!-- chatzwa:drift -->"
LIMIT=60000 # bytes; GitHub takes 65,536 characters

body=$(mktemp)
trap 'rm -f "$body"' EXIT
{
    echo "$MARKER"
    echo "Found by the [daily audit]($RUN_URL). To repair: bring the change into the branch, or run \`make up\` to undo it"
    echo "on the server. This issue is brought up to date every day, and closed when nothing is left."
    reports=("$folder"/*/audit.md)
    if [ -f "${reports[0]}" ]; then
        for report in "${reports[@]}"; do
            echo
            cat "$report"
        done
    else
        echo
        echo "**The audit ended before there was a result.** Its log tells why."
    fi
} > "$body"
truncate --size="<$LIMIT" "$body"

# Others may write the marker too; the author cannot be chosen.
number=$(gh issue list --repo "$GITHUB_REPOSITORY" --state open --author app/github-actions --limit 100 \
    --json number,body --jq "map(select(.body | startswith(\"$MARKER\"))) | .[0].number // empty")

if [ "$result" = success ]; then
    if [ -n "$number" ]; then
        gh issue close "$number" --repo "$GITHUB_REPOSITORY" --comment "Nothing is left: [audit]($RUN_URL)."
    fi
elif [ -n "$number" ]; then
    gh issue edit "$number" --repo "$GITHUB_REPOSITORY" --body-file "$body"
else
    gh issue create --repo "$GITHUB_REPOSITORY" --title "$TITLE" --body-file "$body"
fi
