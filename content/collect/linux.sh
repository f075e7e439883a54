# What an inspection reads of a Linux host, written to standard output as xinglin.gathered/1.
#
#   By hand:   sudo sh linux.sh > gathered.txt      then upload gathered.txt
#   Over SSH:  the same script arrives on the standard input of `sh -s`, and further calls of
#              its functions follow, for whatever else the collectors ask for.
#
# It only reads. It writes no file anywhere and starts only programs that report. Password
# hashes are cut down to their scheme here, before anything leaves the host. Everything runs
# in any POSIX shell (dash, bash, busybox ash); no here-documents, which make temporary files.
#
# Every record begins with a letter; its content follows on lines that begin with one space:
#   t PATH                        the lines of a text file
#   p OFFSET LIMIT PATH           bytes of a file, in hexadecimal
#   l PATH                        the names in a directory
#   s MODE UID GID SIZE TIME PATH what the path itself is; S: what it leads to
#   k PATH                        where a symbolic link points
#   r COMMAND                     what a program prints; then "= exit code" and "! complaint"
#   - RECORD REASON SUBJECT       why there is none: absent denied kind large failed
#   > NUMBER                      end of an answer;  .  end of everything

LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
unset CDPATH ENV BASH_ENV GREP_OPTIONS POSIXLY_CORRECT
umask 077
ifs=$IFS
nl='
'
batch=200
file_limit=8388608
link_paths='' link_count=0
own_paths='' own_count=0
led_paths='' led_count=0
text_paths='' text_count=0
limited=no
timeout 5 true </dev/null >/dev/null 2>&1 && limited=yes

# no RECORD REASON SUBJECT
no() { printf -- '- %s %s %s\n' "$1" "$2" "$3"; }

# Why a path that leads nowhere does so: behind a closed directory nobody can tell.
absent() {
  above=${2%/*}
  while [ -n "$above" ] && [ ! -e "$above" ]; do above=${above%/*}; done
  if [ -d "$above/" ] && [ ! -x "$above/" ]; then no "$1" denied "$2"; else no "$1" absent "$2"; fi
}

# --- text files -------------------------------------------------------------------------

# The one program that copies text. It reduces hashes to their scheme, and keeps of the
# package database what names a package.
copy_texts() {
  limit=$1
  shift
  awk -v limit="$limit" '
    function scheme(hash, parts) {
      if (hash == "" || hash ~ /^[!*]/) return length(hash) > 4 ? substr(hash, 1, 1) : hash
      if (hash ~ /^\$/) { split(hash, parts, "$"); return "$" parts[2] "$" }
      return substr(hash, 1, 1) == "_" ? "_" : "x"
    }
    FNR == 1 {
      print "t " FILENAME
      kept = 0
      accounts = FILENAME ~ /^\/etc\/(passwd|g?shadow)-?$/
      packages = FILENAME == "/var/lib/dpkg/status"
    }
    { kept += length($0) + 1 }
    kept > limit { if (kept - length($0) - 1 <= limit) print "- t large " FILENAME; next }
    packages && !/^$|^(Package|Status|Version|Architecture|Source):/ { next }
    accounts {
      fields = split($0, field, ":")
      line = field[1]
      for (i = 2; i <= fields; i++) line = line ":" (i == 2 ? scheme(field[i]) : field[i])
      print " " line
      next
    }
    { gsub(/grub\.pbkdf2\.[A-Za-z0-9.]+/, "grub.pbkdf2.") }
    { print " " $0 }
  ' "$@" 2>/dev/null </dev/null
}

flush_texts() {
  [ -n "$text_paths" ] || return 0
  IFS=$nl
  set -f
  # shellcheck disable=SC2086 # split at line ends, on purpose
  set -- $text_paths
  set +f
  IFS=$ifs
  text_paths='' text_count=0
  copy_texts "$file_limit" "$@"
}

# A small file of the kernel, read without starting a program.
kernel_text() {
  something=no
  {
    while IFS= read -r line || [ -n "$line" ]; do
      [ "$something" = yes ] || printf 't %s\n' "$1"
      something=yes
      printf ' %s\n' "$line"
    done
  } 2>/dev/null <"$1"
  [ "$something" = no ] || return 0
  if cat "$1" >/dev/null 2>&1 </dev/null; then printf 't %s\n' "$1"; else no t failed "$1"; fi
}

# text PATH [LIMIT]
text() {
  if [ ! -e "$1" ]; then absent t "$1"; return 0; fi
  if [ ! -f "$1" ]; then no t kind "$1"; return 0; fi
  if [ ! -r "$1" ]; then no t denied "$1"; return 0; fi
  case $1 in
    /proc/*/comm | /proc/sys/* | /proc/cmdline | /sys/*) kernel_text "$1"; return 0 ;;
    /proc/*) copy_texts "$file_limit" "$1"; return 0 ;;
  esac
  if [ ! -s "$1" ]; then printf 't %s\n' "$1"; return 0; fi
  if [ "${2:-$file_limit}" -ne "$file_limit" ]; then copy_texts "$2" "$1"; return 0; fi
  text_paths=$text_paths$1$nl
  text_count=$((text_count + 1))
  [ "$text_count" -lt "$batch" ] || flush_texts
}

# The files of a directory whose names end in SUFFIX, and their names: texts PATH SUFFIX
texts() {
  names "$1"
  for each in "$1"/*"$2"; do
    case $each in *"$nl"*) continue ;; esac
    [ ! -f "$each" ] || text "$each"
  done
}

# part PATH OFFSET LIMIT
part() {
  if [ ! -e "$1" ]; then absent p "$1"; return 0; fi
  if [ ! -f "$1" ]; then no p kind "$1"; return 0; fi
  if [ ! -r "$1" ]; then no p denied "$1"; return 0; fi
  printf 'p %s %s %s\n' "$2" "$3" "$1"
  # shellcheck disable=SC2046 # one word a byte
  printf ' %s' $(od -An -v -tx1 -j "$2" -N "$3" "$1" 2>/dev/null </dev/null)
  echo
}

# --- directories, permissions, links ----------------------------------------------------

# names PATH
names() {
  if [ ! -e "$1" ]; then absent l "$1"; return 0; fi
  if [ ! -d "$1" ]; then no l kind "$1"; return 0; fi
  if [ ! -r "$1" ]; then no l denied "$1"; return 0; fi
  printf 'l %s\n' "$1"
  for entry in "${1%/}"/* "${1%/}"/.[!.]* "${1%/}"/..?*; do
    case $entry in
      *"$nl"*) continue ;;
      */\* | */.\[!.\]\* | */..\?\*) [ -e "$entry" ] || continue ;;
    esac
    printf ' %s\n' "${entry##*/}"
  done
}

# A directory, its names and what each is, and so on below, DEPTH levels: walk PATH DEPTH
walk() {
  if [ -e "$1" ]; then own "$1"; fi
  names "$1"
  if [ ! -d "$1" ] || [ ! -x "$1" ]; then return 0; fi
  for entry in "${1%/}"/* "${1%/}"/.[!.]* "${1%/}"/..?*; do
    if [ -L "$entry" ]; then
      own "$entry"
      link "$entry"
    elif [ -e "$entry" ]; then
      own "$entry"
      # The positional parameters are this call's own; everything else is not.
      if [ -d "$entry" ] && [ "$2" -gt 1 ]; then walk "$entry" $(($2 - 1)); fi
    fi
  done
}

flush_own() {
  [ -n "$own_paths" ] || return 0
  IFS=$nl
  set -f
  # shellcheck disable=SC2086 # split at line ends, on purpose
  set -- $own_paths
  set +f
  IFS=$ifs
  own_paths='' own_count=0
  stat -c 's %f %u %g %s %Y %n' "$@" 2>/dev/null </dev/null
}

flush_led() {
  [ -n "$led_paths" ] || return 0
  IFS=$nl
  set -f
  # shellcheck disable=SC2086 # split at line ends, on purpose
  set -- $led_paths
  set +f
  IFS=$ifs
  led_paths='' led_count=0
  stat -L -c 'S %f %u %g %s %Y %n' "$@" 2>/dev/null </dev/null
}

# What the path itself is.
own() {
  case $1 in *"$nl"*) return 0 ;; esac
  own_paths=$own_paths$1$nl
  own_count=$((own_count + 1))
  [ "$own_count" -lt "$batch" ] || flush_own
}

# What the path leads to.
metadata() {
  case $1 in *"$nl"*) return 0 ;; esac
  if [ ! -e "$1" ]; then absent S "$1"; return 0; fi
  led_paths=$led_paths$1$nl
  led_count=$((led_count + 1))
  [ "$led_count" -lt "$batch" ] || flush_led
}

# Where a link points.
link() {
  case $1 in *"$nl"*) return 0 ;; esac
  if [ ! -L "$1" ]; then
    if [ -e "$1" ]; then no k kind "$1"; else absent k "$1"; fi
    return 0
  fi
  link_paths=$link_paths$1$nl
  link_count=$((link_count + 1))
  [ "$link_count" -lt "$batch" ] || flush_links
}

# All at once where readlink takes several paths, else one by one.
flush_links() {
  [ -n "$link_paths" ] || return 0
  IFS=$nl
  set -f
  # shellcheck disable=SC2086 # split at line ends, on purpose
  set -- $link_paths
  set +f
  IFS=$ifs
  link_paths=''
  link_count=0
  targets=$(readlink "$@" 2>/dev/null </dev/null | wc -l)
  if [ "$targets" -eq $# ]; then
    readlink "$@" 2>/dev/null </dev/null | while IFS= read -r target; do
      printf 'k %s\n %s\n' "$1" "$target"
      shift
    done
    return 0
  fi
  for each in "$@"; do
    target=$(readlink "$each" 2>/dev/null </dev/null)
    case $target in *"$nl"*) continue ;; esac
    printf 'k %s\n %s\n' "$each" "$target"
  done
}

# --- programs ---------------------------------------------------------------------------

# program SECONDS NAME ARGUMENT…; what it prints passes by, what it says of itself and how it
# ended come last.
program() {
  seconds=$1
  shift
  for directory in /usr/sbin /usr/bin /sbin /bin; do
    [ ! -f "$directory/$1" ] || break
  done
  if [ ! -f "$directory/$1" ]; then no r absent "$*"; return 0; fi
  printf 'r %s\n' "$*"
  if [ "$limited" = yes ]; then set -- timeout "$seconds" "$@"; fi
  {
    said=$( {
      {
        "$@" 2>&3 </dev/null
        printf '\n=%s\n' "$?" >&3
      } | sed 's/^/ /' >&4
    } 3>&1)
  } 4>&1
  printf '= %s\n' "${said##*=}"
  printf '! %s\n' "${said%%"$nl"*}"
}

flush() {
  flush_texts
  flush_own
  flush_led
  flush_links
}

# --- everything a collector reads on every host -----------------------------------------

homes() {
  [ -r /etc/passwd ] || return 0
  while IFS=: read -r _ _ uid _ _ home shell; do
    case $shell in */nologin | */false | */true | */sync | */shutdown | */halt | */git-shell) continue ;; esac
    case $uid in '' | *[!0-9]*) continue ;; esac
    [ ! -s /var/log/lastlog ] || part /var/log/lastlog $((uid * 292)) 4
    case $home in
      /?*)
        home=${home%/}
        metadata "$home"
        for each in .rhosts .shosts .ssh .ssh/authorized_keys .ssh/config .ssh/id_dsa \
          .ssh/id_ecdsa .ssh/id_ed25519 .ssh/id_rsa .aws/credentials .bash_login \
          .bash_logout .bash_profile .bashrc .cshrc .forward .git-credentials .kshrc \
          .kube/config .my.cnf .netrc .pgpass .profile; do
          metadata "$home/$each"
        done
        text "$home/.ssh/authorized_keys"
        ;;
    esac
  done </etc/passwd
}

gather() {
  printf 'xinglin.gathered/1\n@ %s\n# %s\n' "$(date +%s)" "$(id -un 2>/dev/null)"

  for each in os-release redhat-release hostname passwd shadow group login.defs profile \
    bash.bashrc bashrc environment crontab fstab crypttab exports hosts.allow hosts.deny \
    sysctl.conf ntp.conf chrony.conf rsyslog.conf logrotate.conf sudoers passwdqc.conf \
    issue issue.net motd nsswitch.conf default/useradd security/limits.conf snmp/snmpd.conf \
    vsftpd.conf vsftpd/vsftpd.conf apt/apt.conf apt/sources.list yum.conf dnf/dnf.conf \
    dnf/automatic.conf yum/yum-cron.conf systemd/coredump.conf docker/daemon.json \
    kubernetes/manifests/kube-apiserver.yaml; do
    text "/etc/$each"
  done
  for each in audisp/audisp-remote.conf audisp/plugins.d/au-remote.conf \
    audit/audisp-remote.conf audit/audit.rules audit/auditd.conf \
    audit/plugins.d/au-remote.conf chrony/chrony.conf crypto-policies/config \
    crypto-policies/state/current crypto-policies/back-ends/opensshserver.config \
    firewalld/firewalld.conf ntpsec/ntp.conf samba/smb.conf security/faillock.conf \
    security/pwhistory.conf security/pwquality.conf selinux/config ssh/sshd_config \
    syslog-ng/syslog-ng.conf systemd/journal-upload.conf systemd/journald.conf \
    systemd/timesyncd.conf ufw/ufw.conf; do
    text "/etc/$each"
  done
  for each in /usr/lib/os-release /boot/grub2/user.cfg /usr/lib/systemd/journald.conf \
    /usr/lib/systemd/system/rescue.service /usr/lib/systemd/system/emergency.service \
    /boot/efi/EFI/centos/user.cfg /boot/efi/EFI/redhat/user.cfg \
    /boot/efi/EFI/openEuler/user.cfg /boot/efi/EFI/kylin/user.cfg /var/lib/kubelet/config.yaml \
    /root/.bash_profile /root/.bash_login /root/.profile /root/.bashrc /boot/grub/grub.cfg \
    /boot/grub2/grub.cfg; do
    text "$each"
  done
  text "/lib/modules/$(uname -r)/modules.dep"
  texts /etc/audit/rules.d .rules
  texts /etc/exports.d .exports
  texts /etc/firewalld/zones .xml
  texts /etc/pam.d ''
  texts /etc/profile.d .sh
  texts /etc/rsyslog.d .conf
  texts /etc/security/pwquality.conf.d .conf
  texts /etc/ssh/sshd_config.d .conf
  texts /etc/sudoers.d ''
  texts /etc/syslog-ng/conf.d .conf
  texts /etc/systemd/journald.conf.d .conf
  texts /etc/systemd/timesyncd.conf.d .conf
  texts /etc/security/limits.d .conf
  texts /etc/systemd/coredump.conf.d .conf
  texts /usr/lib/systemd/journald.conf.d .conf
  texts /etc/yum.repos.d .repo
  texts /etc/apt/apt.conf.d ''
  texts /etc/apt/sources.list.d ''
  for each in /etc/modprobe.d /run/modprobe.d /lib/modprobe.d /usr/lib/modprobe.d; do
    texts "$each" .conf
  done
  texts /etc/chrony.d ''
  texts /etc/chrony/conf.d ''
  texts /etc/chrony/sources.d ''
  texts /etc/cron.d ''
  texts /etc/logrotate.d ''
  for each in /etc/sysctl.d /run/sysctl.d /usr/lib/sysctl.d /lib/sysctl.d /usr/local/lib/sysctl.d; do
    texts "$each" .conf
  done
  for each in /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly; do
    texts "$each" ''
  done
  for each in /var/spool/cron /var/spool/cron/crontabs; do texts "$each" ''; done

  for each in /usr/bin /usr/sbin /usr/local/bin /usr/local/sbin /usr/libexec /usr/lib/openssh; do
    walk "$each" 1
  done
  for each in /bin /sbin; do
    if [ -L "$each" ]; then link "$each"; else link "$each"; walk "$each" 1; fi
  done
  walk /etc 12
  walk /var/log 1
  walk /var/log/audit 1
  # Where merged /usr makes one a link to the other, the collectors ask by both names.
  for each in /lib/systemd/system /usr/lib/systemd/system; do walk "$each" 1; done
  for each in /lib/systemd/system/*.service /usr/lib/systemd/system/*.service; do
    [ ! -L "$each" ] || metadata "$each"
  done
  for each in /opt /usr/local /var/opt /lib/modules /etc/rc.d/rc3.d /var/lib/aide \
    /var/lib/samhain /var/lib/tripwire; do
    names "$each"
  done
  for each in /.dockerenv /run/.containerenv /run/systemd/container /lost+found \
    /root/anaconda-ks.cfg /var/log/installer /boot/grub/grub.cfg /boot/grub2/grub.cfg \
    /run/systemd/timesync/synchronized /var/lib/dpkg/status /var/lib/rpm \
    /var/lib/rpm/Packages /var/lib/rpm/Packages.db /var/lib/rpm/rpmdb.sqlite \
    /usr/lib/sysimage/rpm /usr/lib/sysimage/rpm/rpmdb.sqlite /var/lib/clamav/main.cvd \
    /var/lib/clamav/main.cld /var/lib/clamav/daily.cvd /var/lib/clamav/daily.cld \
    /var/log/audit/audit.log /sbin/auditd /sbin/iptables /sbin/nft /sbin/sshd \
    /bin /sbin /usr/bin /usr/sbin /usr/local/bin /usr/local/sbin /usr/games \
    /usr/local/games /root /boot/efi/EFI/centos/grub.cfg /boot/efi/EFI/redhat/grub.cfg \
    /boot/efi/EFI/openEuler/grub.cfg /boot/efi/EFI/kylin/grub.cfg /dev/tcm0 /dev/tpm0 \
    /dev/tpmrm0 /sys/class/tpm/tpm0 /etc/cron.hourly/logrotate /var/lib/kubelet/config.yaml \
    /lib/systemd/systemd-coredump /usr/lib/systemd/systemd-coredump \
    /etc/kubernetes/admin.conf /etc/kubernetes/controller-manager.conf \
    /etc/kubernetes/kubelet.conf /etc/kubernetes/scheduler.conf \
    /etc/kubernetes/super-admin.conf /etc/kubernetes/pki/ca.key /etc/kubernetes/pki/sa.key \
    /etc/kubernetes/manifests/etcd.yaml /etc/kubernetes/manifests/kube-apiserver.yaml \
    /etc/kubernetes/manifests/kube-controller-manager.yaml \
    /etc/kubernetes/manifests/kube-scheduler.yaml; do
    metadata "$each"
  done

  part /var/log/lastlog 0 1
  homes
  for each in /var/log/secure* /var/log/auth.log* /var/log/messages* /var/log/syslog* \
    /var/log/audit/audit.log*; do
    case $each in *.gz | *.xz | *.bz2 | *.zst | *"$nl"*) continue ;; esac
    [ ! -f "$each" ] || part "$each" 0 512
  done
  text /var/lib/dpkg/status 67108864

  if [ -r /proc/mounts ]; then
    names /proc
    for each in /proc/[0-9]*; do text "$each/comm"; done
    for each in mounts swaps cmdline net/tcp net/tcp6 net/udp net/udp6; do text "/proc/$each"; done
    for each in crypto/fips_enabled kernel/hostname kernel/osrelease; do text "/proc/sys/$each"; done
    for each in fs/protected_hardlinks fs/protected_symlinks fs/suid_dumpable \
      kernel/dmesg_restrict kernel/kptr_restrict kernel/randomize_va_space kernel/sysrq \
      net/ipv4/conf/all/accept_redirects net/ipv4/conf/all/accept_source_route \
      net/ipv4/conf/all/log_martians net/ipv4/conf/all/rp_filter \
      net/ipv4/conf/all/send_redirects net/ipv4/conf/default/accept_redirects \
      net/ipv4/icmp_echo_ignore_broadcasts net/ipv4/ip_forward net/ipv4/tcp_syncookies \
      net/ipv6/conf/all/accept_redirects fs/protected_fifos fs/protected_regular \
      kernel/kexec_load_disabled kernel/modules_disabled kernel/perf_event_paranoid \
      kernel/unprivileged_bpf_disabled kernel/yama/ptrace_scope kernel/core_pattern \
      net/core/bpf_jit_harden net/ipv4/conf/all/secure_redirects \
      net/ipv4/conf/default/accept_source_route net/ipv4/conf/default/log_martians \
      net/ipv4/conf/default/rp_filter net/ipv4/conf/default/send_redirects \
      net/ipv4/icmp_ignore_bogus_error_responses net/ipv6/conf/all/accept_ra \
      net/ipv6/conf/all/accept_source_route net/ipv6/conf/all/disable_ipv6 \
      net/ipv6/conf/all/forwarding; do
      text "/proc/sys/$each"
    done
    text /sys/fs/selinux/enforce
    text /sys/kernel/security/lsm
    text /sys/module/apparmor/parameters/enabled
    text /sys/kernel/security/ima/runtime_measurements_count
    part /sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c 0 4096
    program 1 sshd -T
    program 1 auditctl -l
    program 1 auditctl -s
    program 1 nft list ruleset
    program 1 iptables-save
    program 1 chronyc -n tracking
    program 5 rpm -qa --qf '%{NAME}\t%{EPOCHNUM}:%{VERSION}-%{RELEASE}\t%{ARCH}\t%{SOURCERPM}\n'
  fi
  flush
}

answered() {
  flush
  printf '> %s\n' "$1"
}

finish() {
  flush
  printf '.\n'
}

# Over SSH this variable is set before the script arrives, and calls follow it.
if [ "${xinglin_asked-}" != yes ]; then
  gather
  finish
fi
