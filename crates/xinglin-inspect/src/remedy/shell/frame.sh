#!/bin/sh
# @HEAD@
set -u
umask 077
LC_ALL=C
export LC_ALL

language='@LANGUAGE@'
case $language in
zh)
  text_rehearsal='演练：下面是将要做的事，没有改动任何东西。执行请加 --apply。'
  text_backup='将备份'
  text_done='完成'
  text_failed='未成功，见日志'
  text_broken='代码有语法错误，跳过'
  text_no_copy='无法备份，跳过'
  text_not_root='当前不是 root，有些步骤会失败。'
  text_log='日志和备份'
  text_summary='步骤、失败'
  ;;
*)
  text_rehearsal='Rehearsal: this is what would be done; nothing was changed. Add --apply to act.'
  text_backup='would keep a copy of'
  text_done='done'
  text_failed='did not succeed, see the log'
  text_broken='the code is not valid, left out'
  text_no_copy='no copy could be kept, left out'
  text_not_root='You are not root; some steps will fail.'
  text_log='log and copies'
  text_summary='steps, failures'
  ;;
esac

usage() {
  printf 'usage: sh %s [--apply] [--only CHECK] [--backup FOLDER]\n' "$0" >&2
  exit 2
}

apply=no
only=
backup=/var/backups/xinglin
while [ $# -gt 0 ]; do
  case $1 in
  --apply) apply=yes ;;
  --only)
    [ $# -ge 2 ] || usage
    only=$2
    shift
    ;;
  --backup)
    [ $# -ge 2 ] || usage
    backup=$2
    shift
    ;;
  *) usage ;;
  esac
  shift
done

work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
code=$work/step.sh
total=0
failed=0

if [ "$apply" = yes ]; then
  keep=$backup/$(date +%Y%m%dT%H%M%S).$$
  log=$keep/log.txt
  mkdir -p "$keep" && : >"$log" || exit 3
  [ "$(id -u)" -eq 0 ] || printf '%s\n' "$text_not_root" >&2
else
  printf '%s\n' "$text_rehearsal"
fi

# Keeps a copy of a file as it was before the first step, or its name if there was none.
keep_copy() {
  if [ -e "$keep/files$1" ]; then
    return 0
  elif [ -f "$1" ]; then
    mkdir -p "$keep/files$(dirname "$1")" && cp -p "$1" "$keep/files$1"
  elif [ ! -e "$1" ]; then
    printf '%s\n' "$1" >>"$keep/new-files.txt"
  fi
}

fail() {
  failed=$((failed + 1))
  printf '  %s\n' "$1"
}

# step CHECK TITLE [FILE...]: the code stands on standard input.
step() {
  check=$1
  title=$2
  shift 2
  cat >"$code"
  if [ -n "$only" ] && [ "$only" != "$check" ]; then
    return 0
  fi
  total=$((total + 1))
  printf '\n[%s] %s\n' "$check" "$title"
  if ! sh -n "$code" 2>"$work/complaint"; then
    fail "$text_broken"
    return 0
  fi
  if [ "$apply" = no ]; then
    for file in "$@"; do
      if [ -f "$file" ]; then
        printf '  %s %s\n' "$text_backup" "$file"
      fi
    done
    sed 's/^/  | /' "$code"
    return 0
  fi
  for file in "$@"; do
    if ! keep_copy "$file"; then
      fail "$text_no_copy: $file"
      return 0
    fi
  done
  printf '\n[%s] %s\n' "$check" "$title" >>"$log"
  # Not within a condition: there the shell would go on after a command that fails.
  sh -e "$code" </dev/null >>"$log" 2>&1
  status=$?
  printf '= %s\n' "$status" >>"$log"
  if [ "$status" -eq 0 ]; then
    printf '  %s\n' "$text_done"
  else
    fail "$text_failed ($status)"
  fi
}

# @STEPS@

printf '\n%s: %s, %s\n' "$text_summary" "$total" "$failed"
if [ "$apply" = yes ]; then
  printf '%s: %s\n' "$text_log" "$keep"
fi
[ "$failed" -eq 0 ]
