#!/bin/sh
# Xinglin: what is read of Redis. It only reads, and passwords stay in the server.
# 杏林盾：Redis 核查脚本。只读，不读出口令。
#   REDISCLI_AUTH=... sh redis.sh -h HOST -p PORT [--user NAME] [--tls ...] > queries.txt
# All arguments go to redis-cli. The account needs: +info +config|get +acl|list

set -u

ask() {
    redis-cli --no-auth-warning "$@"
}

begin() {
    printf '%s\n%s\n%s\n' '==== xinglin query ====' "$1" "$2"
}

end() {
    printf '%s\n' '==== xinglin end ===='
}

# Cells as sectioned values: quoted, quotes doubled.
quote() {
    sed -e 's/"/""/g' -e 's/^/"/' -e 's/$/"/'
}

# Version, role, addresses.
begin info '"name","value"'
information=$(ask "$@" --raw INFO server 2>&1; ask "$@" --raw INFO replication 2>&1)
case $information in
*redis_version:*)
    printf '%s\n' "$information" | tr -d '\r' | grep -E '^(redis_version|redis_mode|os|tcp_port|executable|config_file|role|connected_slaves|uptime_in_days):' |
        while IFS=: read -r name value; do
            printf '"%s","%s"\n' "$name" "$(printf '%s' "$value" | sed -e 's/"/""/g')"
        done
    end
    ;;
*) printf '%s\n' "$information" ;;
esac

# Settings, without those that hold a password.
begin config '"name","value"'
asked=$(ask "$@" --raw CONFIG GET port 2>&1)
case $asked in
port*)
    for name in bind port protected-mode tls-port tls-auth-clients tls-protocols tls-ciphers tls-replication tls-cluster \
        timeout tcp-keepalive maxclients maxmemory loglevel logfile syslog-enabled appendonly save appendfsync dir \
        acllog-max-len aclfile acl-pubsub-default enable-debug-command enable-module-command enable-protected-configs \
        unixsocket unixsocketperm slowlog-log-slower-than slowlog-max-len replica-read-only rdbchecksum; do
        answer=$(ask "$@" --raw CONFIG GET "$name" 2>/dev/null) || continue
        case $answer in
        "$name"*) printf '"%s","%s"\n' "$name" "$(printf '%s\n' "$answer" | sed -n -e 's/"/""/g' -e 2p)" ;;
        esac
    done
    end
    ;;
*) printf '%s\n' "$asked" ;;
esac

# Whether there is a password, and how long it is.
begin password '"state","length"'
asked=$(ask "$@" --raw CONFIG GET requirepass 2>&1)
case $asked in
requirepass*)
    password=$(printf '%s\n' "$asked" | sed -n 2p)
    case $password in
    '') printf '"none","0"\n' ;;
    foobared) printf '"default","8"\n' ;;
    *) printf '"set","%s"\n' "${#password}" ;;
    esac
    end
    ;;
*) printf '%s\n' "$asked" ;;
esac

# Users (Redis 6 and later), hashes taken away.
begin acl '"rule"'
asked=$(ask "$@" --raw ACL LIST 2>&1)
case $asked in
user\ *)
    printf '%s\n' "$asked" | sed -E -e 's/#[0-9a-f]+/#set/g' -e 's/>[^ ]+/>set/g' | quote
    end
    ;;
*) printf '%s\n' "$asked" ;;
esac
