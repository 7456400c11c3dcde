# Restores the newest copy beside the live database and proves that it can take its place (SOP 5.3, Emergency 2).
# A copy that nobody has restored is a hope. The live database is only read.
# Needs: DATABASE (the live file), FOLDER (where copies are), HOURS (how old the newest copy may be).
set -u
umask 077
fail() {
  echo "restore drill failed: $1" >&2
  exit 1
}
command -v sqlite3 >/dev/null || fail "the image has no sqlite3 command"
[ -d "$FOLDER" ] || fail "there is no folder $FOLDER"
# The time stands in the name, so that the last of all names is the newest.
copy=$(find "$FOLDER" -maxdepth 1 -type f -name 'database-????????-??????.db' | sort | tail -n 1)
[ -n "$copy" ] || fail "there is no copy in $FOLDER"
[ -z "$(find "$copy" -mmin "+$((HOURS * 60))")" ] || fail "the newest copy, $copy, is older than $HOURS hours"
place=$(mktemp -d "${TMPDIR:-/tmp}/drill-XXXXXX") || fail "there is no place to restore to"
trap 'rm -rf "$place"' EXIT
trap 'exit 1' HUP INT TERM
restored="$place/database.db"
ask() { sqlite3 -batch -bail "$1" '.timeout 60000' "$2" 2>/dev/null; }
sqlite3 -batch -bail "$restored" ".restore '$copy'" 2>/dev/null || fail "$copy cannot be restored"
[ "$(ask "$restored" 'PRAGMA integrity_check')" = ok ] || fail "what was restored from $copy does not pass the integrity check"
[ -z "$(ask "$restored" 'PRAGMA foreign_key_check' | head -n 1)" ] || fail "rows of $copy refer to rows that are not there"
tables="SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
ask "$restored" "$tables" >"$place/tables" || fail "the tables of $copy cannot be read"
[ -s "$place/tables" ] || fail "$copy holds no table"
[ -f "$DATABASE" ] || fail "there is no live database at $DATABASE to compare with"
ask "$DATABASE" "$tables" >"$place/live" || fail "the live database cannot be read"
missing=$(grep -Fxv -f "$place/tables" "$place/live" | head -n 1)
[ -z "$missing" ] || fail "$copy lacks the table $missing of the live database"
rows=0
while IFS= read -r table; do
  quoted=$(printf %s "$table" | sed 's/"/""/g')
  count=$(ask "$restored" "SELECT count(*) FROM \"$quoted\"") || fail "the table $table of $copy cannot be read"
  rows=$((rows + count))
done <"$place/tables"
# It takes writes too, as it would have to tomorrow.
ask "$restored" 'BEGIN IMMEDIATE; CREATE TABLE drill_of_a_restore (id INTEGER); DROP TABLE drill_of_a_restore; COMMIT' ||
  fail "what was restored from $copy takes no writes"
echo "restore drill ok: $copy, $(wc -c <"$copy") bytes, $(wc -l <"$place/tables") tables, $rows rows"
