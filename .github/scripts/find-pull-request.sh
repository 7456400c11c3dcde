#!/usr/bin/env bash
# Which pull request a finished run was for, by what GitHub says of the run: never by what the run left behind.
# Writes `number=N` to GITHUB_OUTPUT; nothing where there is nothing to comment on.
# Needs GH_TOKEN, GITHUB_REPOSITORY, GITHUB_OUTPUT, WORKFLOW, HEAD_OWNER, HEAD_BRANCH, HEAD_SHA.
set -euo pipefail

# A newer commit has a run of its own, whose report must not be overwritten with an older one's: so the head has
# to be the run's.
# shellcheck disable=SC2016  # $ENV is jq's
number=$(gh api --method GET "repos/$GITHUB_REPOSITORY/pulls" -f state=open -f "head=$HEAD_OWNER:$HEAD_BRANCH" \
    --jq 'map(select(.head.sha == $ENV.HEAD_SHA)) | .[0].number // empty')
if [ -z "$number" ]; then
    echo "no open pull request has this commit as its newest: nothing to comment on"
    exit 0
fi
if ! [[ $number =~ ^[1-9][0-9]*$ ]]; then
    echo "error: GitHub named '$number', which is no number of a pull request" >&2
    exit 3
fi

# What the servers say tells more than a rehearsal that happened to end later.
if [ "$WORKFLOW" = Preview ]; then
    told=$(gh api --method GET "repos/$GITHUB_REPOSITORY/actions/workflows/server-preview.yml/runs" \
        -f "head_sha=$HEAD_SHA" -f status=success --jq '.total_count')
    if [ "$told" != 0 ]; then
        echo "Server preview has reported on this commit already"
        exit 0
    fi
fi
echo "number=$number" >> "$GITHUB_OUTPUT"
