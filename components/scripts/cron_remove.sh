# Takes one job out of the crontab of this user again, with its files.
# Needs: NAME (of the job's files), MARK (ends its line).
set -u
umask 077
folder=$HOME/.chatzwa/cron
lock=$folder/.lock
tries=0
# Another job that goes at the same time may take the folder along.
until mkdir -p "$folder" && mkdir "$lock" 2>/dev/null; do
  tries=$((tries + 1))
  [ "$tries" -le 150 ] || { echo "another update holds $lock for 30 seconds; if none runs, remove it" >&2; exit 1; }
  sleep 0.2 2>/dev/null || sleep 1
done
trap 'rm -rf "$lock"' EXIT
trap 'exit 1' HUP INT TERM
if command -v crontab >/dev/null; then
  crontab -l >"$lock/table" 2>"$lock/said" || grep -qi 'no crontab' "$lock/said" || { cat "$lock/said" >&2; exit 1; }
  awk -v mark="# $MARK" 'length($0) < length(mark) || substr($0, length($0) - length(mark) + 1) != mark' "$lock/table" >"$lock/new"
  if cmp -s "$lock/table" "$lock/new"; then
    :
  elif [ -s "$lock/new" ]; then
    crontab "$lock/new" || exit 1
  else
    crontab -r || exit 1
  fi
fi
rm -f "$folder/$NAME.sh" "$folder/$NAME.sh.log" || exit 1
rm -rf "$lock"
# From here on it may be another's.
trap - EXIT
# Only when no other job is left there.
rmdir "$folder" "$HOME/.chatzwa" 2>/dev/null
exit 0
