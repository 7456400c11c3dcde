#!/usr/bin/env bash
# Makes the comment of a pull request: first what GitHub itself says of the change, then the report of its run.
# The report was made where the change's own code ran, so the lines above it say so and name what the change edits
# of the code that judges it.
# Usage: compose-comment.sh REPORT OUT   (OUT is left out where there is nothing to say)
# Needs GH_TOKEN, GITHUB_REPOSITORY, PULL_REQUEST, WORKFLOW, RUN_URL, HEAD_SHA.
set -euo pipefail
export LC_ALL=C # letters are those of ASCII

report=$1
out=$2
NAMED=20      # files, so that the list leaves room for the report
TOLD=3000     # files: GitHub tells of no more
LIMIT=65000   # bytes; GitHub takes 65,536 characters
MARKER="<!-- chatzwa-verdict -->" # by which `ops comment` finds its comment again, whatever the report holds

if [ -L "$report" ] || { [ -e "$report" ] && [ ! -f "$report" ]; }; then
    echo "error: the report is not a plain file" >&2
    exit 3
fi
if [ ! -f "$report" ] && [ "$WORKFLOW" != Preview ]; then
    echo "$WORKFLOW left no report: the comment stays as it is"
    exit 0
fi

files=$(gh api --paginate "repos/$GITHUB_REPOSITORY/pulls/$PULL_REQUEST/files" \
    --jq '.[] | .filename, (.previous_filename // empty) | @json')

# Names of files are the change's own words: what is more than a plain name could be Markdown.
names() { grep -E "^\"($1)" <<<"$files" | sed -e 's/^"//' -e 's/"$//' -e 's/[^A-Za-z0-9._/-]/?/g' | sort -u || true; }
list() {
    local all=$1 count
    count=$(wc -l <<<"$all")
    head -n "$NAMED" <<<"$all" | sed "s/.*/> - \`&\`/"
    if [ "$count" -gt "$NAMED" ]; then echo "> - and $((count - NAMED)) more"; fi
}

rules=$(names 'policies/')
judges=$(names '\.github/|\.ci/|ops/|toolchain/|Makefile"|pyproject\.toml"|requirements\.lock"')
{
    echo "$MARKER"
    if [ "$WORKFLOW" = Preview ]; then
        echo "Rehearsed at ${HEAD_SHA:0:12} on the Dokploy in memory, by the change's own code: [run]($RUN_URL)."
    else
        echo "Previewed at ${HEAD_SHA:0:12} on the real servers: [run]($RUN_URL)."
    fi
    if [ -n "$rules" ]; then
        echo
        echo "> [!WARNING]"
        echo "> **This change edits the policies.** The report below is by the rules, levels and exemptions of the base"
        echo "> branch; the edited ones judge the deployment after the merge. Edited:"
        list "$rules"
    fi
    if [ -n "$judges" ]; then
        echo
        echo "> [!CAUTION]"
        echo "> **This change edits code that makes the report.** Read these files before you rely on it:"
        list "$judges"
    fi
    if [ "$(wc -l <<<"$files")" -ge "$TOLD" ]; then
        echo
        echo "> [!CAUTION]"
        echo "> This change has more files than GitHub tells: look for yourself whether it edits the policies."
    fi
    echo
    if [ ! -f "$report" ]; then
        echo "**Preview failed**: the run ended before there was a report. Its log tells why."
    fi
} > "$out"

if [ -f "$report" ]; then
    room=$((LIMIT - $(wc -c < "$out")))
    if [ "$(wc -c < "$report")" -le "$room" ]; then
        cat "$report" >> "$out"
    else
        head -c "$room" "$report" | sed '$d' >> "$out"
        printf '\n\n**Cut here**: the whole report is an artifact of the [run](%s).\n' "$RUN_URL" >> "$out"
    fi
fi
