# Follows a container until it is healthy, and fails as soon as it cannot become so (SOP 4.1).
# Needs: CONTAINER (id), TIMEOUT_S, PROCESSES (how many it may have), MASKED (names of variables, by blanks),
# IMAGES (label of those that were built for it, or nothing), STABLE_S (how long it has to stay healthy),
# URL (where it answers from outside, or nothing), CONTRACT (strict asks for the SOP's body there),
# LOGS (a command that shows the whole log), AGAIN (one that runs the update again).
# Runs beside the engine; DOCKER_HOST says which one.
set -u
command -v docker >/dev/null || { echo "there is no docker command on $(uname -n)" >&2; exit 1; }
# In hundredths of a second.
now() {
  if read -r up _ 2>/dev/null </proc/uptime; then echo "${up%.*}${up#*.}"; else echo "$(date +%s)00"; fi
}
look() {
  docker inspect --type container --format "$1" "$CONTAINER"
}
# Whatever the app prints: the values of its secrets are not shown.
scrubbed() {
  awk -v names=" $MASKED " '
    FNR == NR {
      at = index($0, "=")
      name = at ? substr($0, 1, at - 1) : ""
      value = $0
      if (name ~ /^[A-Za-z_][A-Za-z0-9_]*$/) { secret = index(names, " " name " "); value = substr($0, at + 1) }
      if (secret && length(value) > 3) values[value] = 1
      next
    }
    {
      for (value in values)
        while ((at = index($0, value)) > 0) $0 = substr($0, 1, at - 1) "[secret]" substr($0, at + length(value))
      print
    }' "$1" -
}
fail() {
  known=$(mktemp) || exit 1
  trap 'rm -f "$known"' EXIT
  look '{{range .Config.Env}}{{println .}}{{end}}' >"$known"
  {
    echo "the release failed: $1"
    echo "the container's last lines:"
    docker logs --tail 20 "$CONTAINER" 2>&1 | sed 's/^/  | /'
    look '{{with .State.Health}}{{range .Log}}{{println .Output}}{{end}}{{end}}' | grep . | tail -n 1 | sed 's/^/the last check said: /'
    echo "its whole log: $LOGS"
    echo "correct the cause, then: $AGAIN"
  } | scrubbed "$known" >&2
  exit 1
}
state=$(look '{{.State.Status}} {{with .State.Health}}{{.Status}}{{else}}none{{end}}') || exit 1
case $state in
  *' none') echo "the container has no health check" >&2; exit 1 ;;
  # Left by an update that failed: what was wrong outside the container may be right by now.
  exited* | dead* | 'running unhealthy') docker restart "$CONTAINER" >/dev/null || exit 1 ;;
esac
# What can be done while it is watched, so that nothing is left for later.
tidy() {
  # Not while it may be between two starts, when it has no process to limit.
  docker update --pids-limit "$PROCESSES" "$CONTAINER" >/dev/null || exit 1
  # What earlier releases were built as, unless something uses it: a week is time enough to go back.
  if [ -n "$IMAGES" ]; then
    docker image prune --all --force --filter "label=$IMAGES" --filter until=168h >/dev/null || exit 1
  fi
}
began=$(now)
since=
while :; do
  state=$(look '{{.State.Status}} {{with .State.Health}}{{.Status}}{{end}}') || exit 1
  moment=$(now)
  case $state in
    'running healthy')
      [ -n "$since" ] || { since=$moment; tidy; }
      [ $((moment - since)) -lt $((STABLE_S * 100)) ] || break
      ;;
    # One that has ended counts as unhealthy too, but may be started again.
    'running unhealthy') fail "the container is unhealthy" ;;
    exited* | dead*) fail "the container ended with $(look 'code {{.State.ExitCode}}{{if .State.OOMKilled}}, out of memory{{end}}, after {{.RestartCount}} restarts')" ;;
    *) [ -z "$since" ] || fail "the container was healthy and did not stay so: it is $state" ;;
  esac
  [ $((moment - began)) -lt $((TIMEOUT_S * 100)) ] || fail "the container is not healthy after $TIMEOUT_S seconds"
  sleep 0.2 2>/dev/null || sleep 1
done
said=
if [ -n "$URL" ]; then
  if command -v curl >/dev/null; then
    said=$(curl --silent --show-error --fail --noproxy '*' --max-time 10 "$URL" 2>&1) || fail "it does not answer at $URL: $said"
  elif command -v wget >/dev/null; then
    said=$(wget -q -T 10 -O - "$URL" 2>&1) || fail "it does not answer at $URL: $said"
  else
    echo "$URL is not asked from outside the container: there is neither curl nor wget"
  fi
fi
case $CONTRACT$said in
  strict) ;;
  strict*'"status":"ok"'*'"timestamp"'*'"uptime"'*) ;;
  strict*) fail "the body at $URL is not the procedure's: $said" ;;
esac
echo "healthy after $(((since - began) / 100)) s"
