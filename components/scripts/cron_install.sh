# Puts one job into the crontab of this user; again and again it is the same one line.
# Needs: NAME (of the job's files), SCHEDULE, JOB (one command for the shell), MARK (ends the line: it is ours),
# TIMEZONE, ABOUT, CRON (required, or optional: without cron the job is there to be run by hand).
set -u
umask 077
folder=$HOME/.chatzwa/cron
case $folder in
  *[%\"\'\\\$\`]*) echo "cron cannot name the folder $folder" >&2; exit 1 ;;
esac
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
job=$folder/$NAME.sh
{
  echo "# $ABOUT."
  echo "PATH='$PATH'"
  [ -z "${DOCKER_HOST:-}" ] || echo "DOCKER_HOST='$DOCKER_HOST'"
  echo 'export PATH DOCKER_HOST'
  echo 'echo "began $(date)"'
  printf '%s\n' "$JOB"
  echo 'code=$?'
  echo 'echo "ended $(date) with code $code"'
  echo 'exit "$code"'
} >"$job.new" && mv "$job.new" "$job" || exit 1
missing() {
  if [ "$CRON" = optional ]; then
    echo "$1: nothing runs by the clock; by hand: sh $job"
    exit 0
  fi
  echo "$1; install and start cron, or set docker.cron to optional" >&2
  exit 1
}
command -v crontab >/dev/null || missing "there is no cron on $(uname -n)"
# Linux shows the names of its processes here; elsewhere cron starts by itself.
[ ! -r /proc/1/comm ] || grep -qsxE 'crond?|cronie|fcron|dcron|busybox' /proc/[0-9]*/comm || sleeping=1
crontab -l >"$lock/table" 2>"$lock/said" || grep -qi 'no crontab' "$lock/said" || { cat "$lock/said" >&2; exit 1; }
awk -v mark="# $MARK" 'length($0) < length(mark) || substr($0, length($0) - length(mark) + 1) != mark' "$lock/table" >"$lock/new"
echo "$SCHEDULE /bin/sh \"$job\" >\"$job.log\" 2>&1 # $MARK" >>"$lock/new"
crontab "$lock/new" || exit 1
[ -z "${sleeping:-}" ] || missing "no cron is running on $(uname -n)"
[ "$(date +%z)" = "$(TZ=$TIMEZONE date +%z)" ] || echo "by the clock of $(uname -n) ($(date +%Z)), not by $TIMEZONE"
echo "in the crontab of $(id -un)@$(uname -n): $SCHEDULE"
