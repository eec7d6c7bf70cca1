#!/bin/sh
# Makes the tree that hosts are cloned from: base-tree.sh TARGET SUITE MIRROR SECURITY_MIRROR APT_SETTINGS
# Runs under a lock beside TARGET that its children inherit, so that a build whose caller was killed either ends well or is
# known to have ended. TARGET appears whole or not at all.
set -eu
target=$1 suite=$2 mirror=$3 security=$4 settings=$5
tree=$target.unfinished

if [ -d "$target" ]; then exit 0; fi
rm -rf --one-file-system "$tree"

# The mounts that debootstrap makes are seen by it alone and end with it.
unshare --mount --propagation private debootstrap --variant=minbase \
  --include=systemd,systemd-sysv,dbus,openssh-server,python3,iproute2,iputils-ping,procps,netbase,ca-certificates,curl,sudo \
  "$suite" "$tree" "$mirror" </dev/null

cat > "$tree/etc/apt/sources.list" <<END
deb $mirror $suite main
deb $mirror $suite-updates main
deb $security $suite-security main
END
cp "$settings" "$tree/etc/apt/apt.conf.d/90outer-machine"
cp /etc/resolv.conf "$tree/etc/resolv.conf"
# A tree that is thrown away need not survive a power cut, and nobody reads its manuals.
echo force-unsafe-io > "$tree/etc/dpkg/dpkg.cfg.d/90fast"
printf 'path-exclude=/usr/share/%s/*\n' man doc info > "$tree/etc/dpkg/dpkg.cfg.d/90small"
printf '#!/bin/sh\nexit 101\n' > "$tree/usr/sbin/policy-rc.d"
chmod +x "$tree/usr/sbin/policy-rc.d"

export DEBIAN_FRONTEND=noninteractive
unshare --mount --propagation private chroot "$tree" sh -euc '
  apt-get -q update
  apt-get -q --yes --no-install-recommends upgrade
  apt-get -q --yes --no-install-recommends install cloud-init
  apt-get clean
  systemctl enable cloud-init-local cloud-init cloud-config cloud-final
  systemctl disable apt-daily.timer apt-daily-upgrade.timer
  systemctl mask console-getty.service getty.target
' </dev/null
rm "$tree/usr/sbin/policy-rc.d"

# What a cloud sets in its own images: the address comes from outside, root may log in with the keys of the server.
cat > "$tree/etc/cloud/cloud.cfg.d/90-cloud.cfg" <<END
datasource_list: [ NoCloud ]
disable_root: false
users: []
manage_etc_hosts: true
preserve_hostname: false
locale: C.UTF-8
network: { config: disabled }
apt: { preserve_sources_list: true }
END

# The kernel is the outer machine's, and so would be the memory that programs tune themselves to.
cat > "$tree/etc/systemd/system/host-memory.service" <<END
[Unit]
Description=Show the memory of the server's type
DefaultDependencies=no
Before=sysinit.target
ConditionPathExists=/etc/host-meminfo

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/mount --bind /etc/host-meminfo /proc/meminfo

[Install]
WantedBy=sysinit.target
END
chroot "$tree" systemctl enable host-memory.service

# Nothing that hosts would share without knowing.
rm -f "$tree"/etc/ssh/ssh_host_* "$tree/var/lib/dbus/machine-id" "$tree/etc/hostname"
: > "$tree/etc/machine-id"
mv "$tree" "$target"
