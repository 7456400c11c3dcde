# Copies the database before the container that writes to it is replaced (SOP 1.2); a copy that fails stops that.
# Needs: CONTAINER (name), JOB (one command for the shell, which makes the copy inside the container).
# Runs beside the engine; DOCKER_HOST says which one.
set -u
command -v docker >/dev/null || { echo "there is no docker command on $(uname -n)" >&2; exit 1; }
state=$(docker ps --all --filter "name=^/?$CONTAINER\$" --format '{{.State}}') || exit 1
case $state in
  running) ;;
  '') echo "nothing runs yet: there is nothing to copy"; exit 0 ;;
  *) echo "the container is $state: no copy is made; its data stay on their volumes"; exit 0 ;;
esac
said=$(eval "$JOB" 2>&1) || {
  said=$(printf '%s\n' "$said" | awk 'NF { printf "%s%s", separator, $0; separator = "; " }')
  echo "nothing was replaced, the backup before it failed: ${said:-it said nothing}; mend the backup, or set backup.beforeDeploy to false for this once" >&2
  exit 1
}
printf '%s\n' "$said"
