# Says when a running container may have another number of processes than asked: nothing else reads it back.
# Needs: CONTAINER (name), PROCESSES, SET (the command that sets it). Changes nothing and never fails.
set -u
command -v docker >/dev/null || exit 0
state=$(docker inspect --type container --format '{{.State.Running}} {{.HostConfig.PidsLimit}}' "$CONTAINER" 2>/dev/null) || exit 0
case $state in
  "true $PROCESSES") ;;
  true*) echo "the limit of processes is ${state#true }, not $PROCESSES; where no release follows, set it: $SET" ;;
esac
