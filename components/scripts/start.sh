# Starts the app so that the platform sees how it ends.
# The app's own `npm start` pipes into tee: every crash looks like success, and SIGTERM never reaches node.
# Needs: nothing. The working folder is the app's.
set -u
asked=0
child=
# As the first process of the container the shell must hand on the signals itself.
trap 'asked=1; again=1; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null' TERM INT
attend() {
  "$@" &
  child=$!
  code=127
  again=1
  # A signal ends `wait` early: wait again for the end of the child. 127 says that it was known already.
  while [ "$again" -eq 1 ]; do
    again=0
    wait "$child"
    ended=$?
    [ "$ended" -eq 127 ] || code=$ended
  done
  child=
}
# The tables come from the schema; a change that would lose data is refused and fails the release (SOP 1.2).
attend node_modules/.bin/prisma db push --skip-generate
if [ "$code" -ne 0 ]; then
  echo "start: prisma db push ended with code $code; the app is not started" >&2
  exit "$code"
fi
[ "$asked" -eq 0 ] || exit 143
attend node_modules/.bin/tsx server.ts
if [ "$asked" -eq 0 ]; then
  echo "start: the app ended by itself with code $code" >&2
  # A server that ends unasked has failed, whatever it says: restart on failure must see it.
  [ "$code" -ne 0 ] || code=1
fi
exit "$code"
