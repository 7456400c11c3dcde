#!/usr/bin/env bash
# Looks whether a deployed stack is still what the branch says, and whether its state still keeps the policies (their
# exemptions run out by date). Changes nothing.
# Usage: audit.sh STACK OUT   writes OUT/audit.md, and beside it what it rests on
# Exit codes: 0 all is well, 1 drift or a violation, 3 could not look
set -euo pipefail

stack=$1
out=$2
mkdir -p "$out"
settings=$(.venv/bin/python -m ops env --stack "$stack")
eval "$settings"

level=policies/levels/$stack.json
pack=(--policy-pack policies)
if [ -f "$level" ]; then pack+=(--policy-pack-config "$level"); fi

worst=0
found() { if [ "$1" -gt "$worst" ]; then worst=$1; fi; }

drift=0
pulumi preview --stack "$stack" --refresh --expect-no-changes --diff --non-interactive --color never \
    > "$out/preview.txt" 2>&1 || drift=$?
rules=0
pulumi policy analyze --stack "$stack" "${pack[@]}" --non-interactive --color never > "$out/analysis.txt" 2>&1 || rules=$?

# The end of a text as a block of code; what could end the block is taken out of it.
block() {
    echo
    echo '~~~text'
    tail -n 60 "$1" | cut -c 1-300 | tr -d '~'
    echo '~~~'
}
{
    echo "## $stack"
    echo
    if [ "$drift" = 0 ]; then
        echo "- Server and branch agree."
    elif grep -q 'no changes were expected but changes' "$out/preview.txt"; then
        found 1
        echo "- **Drift**: the server is not what the branch says."
        block "$out/preview.txt"
    else
        found 3
        echo "- **The preview failed**, so nothing is known of drift."
        block "$out/preview.txt"
    fi
    if [ "$rules" = 0 ]; then
        echo "- The deployed state keeps the policies."
    elif grep -q 'mandatory policy violations were found' "$out/analysis.txt"; then
        found 1
        echo "- **The deployed state breaks the policies.**"
        block "$out/analysis.txt"
    else
        found 3
        echo "- **The policies could not be asked.**"
        block "$out/analysis.txt"
    fi
} > "$out/audit.md"
cat "$out/audit.md" >> "${GITHUB_STEP_SUMMARY:-/dev/null}"
cat "$out/audit.md"
exit "$worst"
