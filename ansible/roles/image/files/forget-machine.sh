#!/bin/bash
# forget-machine.sh POSTGRESQL_VERSION   takes from a server what no other may have. May run twice.
set -euo pipefail
export LC_ALL=C.UTF-8
postgresql=$1
shopt -s nullglob dotglob

# What is set up anew starts when it is.
for service in nginx redis-server pgbouncer postgresql prometheus prometheus-node-exporter prometheus-postgres-exporter fail2ban app@blue app@green \
  pgbouncer-logins.timer backup-databases.timer certificate-expiry.timer; do
  systemctl disable --now --quiet "$service" 2> /dev/null || true
done
systemctl stop --quiet pgbouncer-logins backup-databases certificate-expiry 2> /dev/null || true

# A new cluster: in the old one's pages and log even dropped roles can be read.
if [[ -d /etc/postgresql/$postgresql ]]; then
  pg_dropcluster --stop "$postgresql" main
  pg_createcluster "$postgresql" main > /dev/null
fi

# The firewall stays, open for SSH alone.
cat > /etc/nftables.conf <<'END'
#!/usr/sbin/nft -f
table inet controlplane
delete table inet controlplane

table inet controlplane {
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    iif lo accept
    tcp dport 22 accept
  }
}
END

# Settings that name the server, its network, its customer or who may log in.
rm -rf /etc/controlplane /etc/postgresql/controlplane /opt/app/* /etc/systemd/system/app@.service /var/lib/controlplane \
  /etc/nginx/{nginx.conf,proxy.conf,custom-domain.template,custom-domains} /var/www/{landing,acme} /usr/local/sbin/* \
  /etc/pgbouncer/{pgbouncer.ini,userlist.txt} /etc/redis/redis.conf /etc/prometheus/{prometheus,alerts}.yml /etc/default/prometheus* \
  /etc/fail2ban/jail.local /etc/ssh/sshd_config.d/10-controlplane.conf /etc/ssh/authorized_keys/*
# What services keep.
rm -rf /var/backups/databases /var/lib/{app,pgbouncer,fail2ban,redis,prometheus/{metrics2,node-exporter}}/*

# Whoever configured it; the next first boot says who may.
for home in /root $(awk -F: '$3 >= 1000 && $3 < 60000 { print $6 }' /etc/passwd); do
  rm -rf "$home"/.ssh "$home"/.ansible* "$home"/.*_history
done
rm -f /etc/sudoers.d/90-cloud-init-users

# The machine itself.
rm -f /etc/ssh/*_host_*key* /var/lib/dbus/machine-id /var/lib/systemd/random-seed /var/lib/dhcp/* /etc/hostname
: > /etc/machine-id
if command -v cloud-init > /dev/null; then cloud-init clean --logs; fi
rm -rf /tmp/* /var/tmp/* /var/lib/cloud/seed/nocloud /root/.cache
rm -rf /var/log/journal/* /run/log/journal/*
find /var/log -type f -delete
systemctl restart systemd-journald
rm -rf /var/log/journal/*
sync
