# Fails when the data uses more of the tier's storage than allowed, or the disk below it does (SOP 5.1).
# Nothing enforces the size of a volume: a check that fails loudly is what there is.
# Needs: FOLDERS (separated by blanks), LIMIT_KIB (the tier's storage), PERCENT (the threshold).
set -u
used=0
failed=0
for folder in $FOLDERS; do
  if [ ! -d "$folder" ]; then
    echo "storage check failed: there is no folder $folder" >&2
    exit 1
  fi
  set -- $(du -sk "$folder" 2>/dev/null)
  used=$((used + $1))
  set -- $(df -Pk "$folder" | tail -n 1)
  disk=${5%\%}
  if [ "$disk" -ge "$PERCENT" ]; then
    echo "storage check failed: the disk of $folder is $disk % full, the limit is $PERCENT %" >&2
    failed=1
  fi
done
share=$((used * 100 / LIMIT_KIB))
if [ "$share" -ge "$PERCENT" ]; then
  echo "storage check failed: the data uses $((used / 1024))Mi, $share % of $((LIMIT_KIB / 1024))Mi, the limit is $PERCENT %" >&2
  failed=1
fi
[ "$failed" -eq 0 ] || exit 1
echo "storage ok: the data uses $((used / 1024))Mi, $share % of $((LIMIT_KIB / 1024))Mi"
