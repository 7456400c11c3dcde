# Deletes copies older than the retention (SOP 5.3), only after a backup that succeeded and never the newest ones.
# Needs: FOLDER, DAYS (how long copies stay), KEEP (how many stay whatever their age).
set -u
fail() {
  echo "prune failed: $1" >&2
  exit 1
}
[ -d "$FOLDER" ] || fail "there is no folder $FOLDER"
[ -f "$FOLDER/.last-backup-ok" ] || fail "the last backup did not succeed, so nothing is deleted"
[ "$KEEP" -ge 1 ] || fail "at least 1 copy has to stay"
seen=0
deleted=0
# The time stands in the name, so that the reverse order of names has the newest first.
for copy in $(find "$FOLDER" -maxdepth 1 -type f -name 'database-????????-??????.db' | sort -r); do
  seen=$((seen + 1))
  if [ "$seen" -gt "$KEEP" ] && [ -n "$(find "$copy" -mtime "+$DAYS")" ]; then
    rm -f "$copy" || fail "$copy cannot be deleted"
    deleted=$((deleted + 1))
  fi
done
[ "$seen" -gt 0 ] || fail "there is no copy in $FOLDER"
echo "prune ok: $deleted deleted, $((seen - deleted)) kept"
