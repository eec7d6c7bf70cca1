#!/bin/sh
# Removes everything that one simulator made: remove-world.sh FOLDER. The folder's name is the world's id, and processes,
# namespaces, links, rules and groups are known by it. May run twice, and after any crash.
set -u
folder=$1
id=$(basename "$folder")
root=$(dirname "$folder")

exec 9>"$folder.lock"
flock 9

# Machines are in control groups of their own, and so is all that they started.
groups() { for group in /sys/fs/cgroup/"$id" /sys/fs/cgroup/*/"$id"; do [ ! -d "$group" ] || find "$group" -depth -type d; done; }
waited=0
while [ -n "$(groups)" ] && [ "$waited" -lt 200 ]; do
  groups | while read -r group; do
    # What is held still does not die.
    [ ! -e "$group/freezer.state" ] || echo THAWED > "$group/freezer.state"
    while read -r pid; do kill -s KILL "$pid"; done < "$group/cgroup.procs"
    rmdir "$group"
  done 2>/dev/null
  [ -z "$(groups)" ] || sleep 0.1
  waited=$((waited + 1))
done

mounts() { awk -v under="$folder/" 'index($5, under) == 1 { print $5 }' /proc/self/mountinfo; }
waited=0
while [ -n "$(mounts)" ] && [ "$waited" -lt 50 ]; do
  mounts | sort -r | while read -r mount; do umount "$mount" 2>/dev/null || [ "$waited" -lt 49 ] || umount --lazy "$mount"; done
  [ -z "$(mounts)" ] || sleep 0.1
  waited=$((waited + 1))
done

for namespace in /run/netns/"$id"-*; do
  [ ! -e "$namespace" ] || ip netns delete "$(basename "$namespace")"
done
for link in /sys/class/net/"$id"-* /sys/class/net/"$id"; do
  [ ! -e "$link" ] || ip link delete "$(basename "$link")" 2>/dev/null
done
nft delete table ip "$id" 2>/dev/null

for left in /run/systemd/nspawn/*/"$id"-*; do
  [ ! -d "$left" ] || rmdir "$left" 2>/dev/null
done

# Thousands of files: nobody waits for them. What an earlier crash left goes with them.
[ ! -d "$folder" ] || mv "$folder" "$root/trash-$id"
(trap '' HUP INT TERM; exec rm -rf --one-file-system "$root"/trash-*) </dev/null >/dev/null 2>&1 9>&- &

# Forwarding was switched on for all worlds of the machine together; the last one to go switches it off again.
shared=/run/controlplane-hosts
exec 8>"$shared/lock"
flock 8
if [ -e "$shared/forwarding-was-off" ] && [ -z "$(find /sys/class/net -name 'cph*')" ]; then
  echo 0 > /proc/sys/net/ipv4/ip_forward
  rm "$shared/forwarding-was-off"
fi
[ -e "$folder" ] || rm -f "$folder.lock"
