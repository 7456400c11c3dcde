# A consistent copy of the live SQLite database (SOP 5.3). A plain cp of a database that is written to is corrupt.
# Needs: DATABASE (file), FOLDER (where copies go, on a volume).
set -u
umask 077
fail() {
  echo "backup failed: $1" >&2
  exit 1
}
command -v sqlite3 >/dev/null || fail "the image has no sqlite3 command"
[ -f "$DATABASE" ] || fail "there is no database at $DATABASE"
[ -d "$FOLDER" ] || fail "there is no folder $FOLDER"
[ -w "$FOLDER" ] || fail "the folder $FOLDER cannot be written to"
# While this file is away, nothing is pruned.
rm -f "$FOLDER/.last-backup-ok" || fail "the folder $FOLDER cannot be written to"
copy="$FOLDER/.copy-$$.tmp"
trap 'rm -f "$copy" "$copy-journal" "$copy-wal" "$copy-shm"' EXIT
trap 'exit 1' HUP INT TERM
# What an interrupted run left behind.
find "$FOLDER" -maxdepth 1 -name '.copy-*' -mmin +1440 -exec rm -f {} +
# One read transaction: the copy is of one moment and ends however busy the writers are.
sqlite3 -batch -bail "$DATABASE" '.timeout 60000' "VACUUM INTO '$copy'" || fail "the copy of $DATABASE was not made"
[ -f "$copy" ] || fail "the copy of $DATABASE was not made"
found=$(sqlite3 -batch -bail "$copy" 'PRAGMA integrity_check' 2>&1) || fail "the copy cannot be read"
[ "$found" = ok ] || fail "the copy does not pass the integrity check"
tables=$(sqlite3 -batch -bail "$copy" "SELECT count(*) FROM sqlite_master WHERE type = 'table'") || fail "the copy cannot be read"
[ "$tables" -gt 0 ] || fail "the database at $DATABASE holds no table"
chmod 600 "$copy" || fail "the copy's mode cannot be set"
# An old sync takes no file: then everything is written.
sync "$copy" 2>/dev/null || sync || fail "the copy was not written to disk"
final="$FOLDER/database-$(date +%Y%m%d-%H%M%S).db"
[ ! -e "$final" ] || fail "$final exists already"
mv "$copy" "$final" || fail "the copy was not renamed"
sync "$FOLDER" 2>/dev/null || sync || fail "the copy's name was not written to disk"
: >"$FOLDER/.last-backup-ok" || fail "the success was not noted"
echo "backup ok: $final, $(wc -c <"$final") bytes, $tables tables"
