#!/usr/bin/python3
"""Brings a role's files, what puts them in use, and its services to where they should be: one round over SSH instead of dozens.

Files are compared, validated all together, and only then put in place. What puts them in use runs once where one has changed, and
also where an earlier run wrote files but was ended before it had put them in use.
"""
import grp
import os
import pwd
import subprocess
from base64 import b64decode

from ansible.module_utils.basic import AnsibleModule

UNAPPLIED = "/var/lib/controlplane/unapplied"
RUNNING = ("active", "activating", "reloading")


class Settings:
    def __init__(self, module):
        self.module = module
        self.apply_all = module.params["apply"]
        self.files = module.params["files"]
        self.marker = os.path.join(UNAPPLIED, module.params["what"])
        self.changed = []

    def run(self):
        for folder in self.module.params["folders"]:
            self.folder(folder)
        contents = [b64decode(c) for c in self.module.params["contents"]]
        new = [(f, c) for f, c in zip(self.files, contents) if self.differs(f, c)]
        unapplied = self.unapplied()
        if not self.module.check_mode:
            self.write(new, unapplied)
        changed = [f["to"] for f, _ in new]
        self.changed += changed
        if not self.module.check_mode:
            self.apply(set(changed) | unapplied)
        self.services()
        self.module.exit_json(changed=bool(self.changed or unapplied), changes=self.changed, applied_late=sorted(unapplied))

    def folder(self, wanted):
        if not os.path.isdir(wanted["path"]):
            self.changed.append(wanted["path"])
            if not self.module.check_mode:
                os.makedirs(wanted["path"])
        if os.path.isdir(wanted["path"]) and self.access(wanted["path"], wanted) and wanted["path"] not in self.changed:
            self.changed.append(wanted["path"])

    def differs(self, wanted, content):
        path = wanted["to"]
        if not os.path.isfile(path):
            return True
        if wanted.get("keep") or wanted.get("make"):
            return False
        with open(path, "rb") as file:
            if file.read() != content:
                return True
        return self.access(path, wanted, only_look=True)

    def write(self, new, unapplied):
        if not new:
            return
        try:
            for wanted, content in new:
                self.prepare(wanted, content)
            for wanted, _ in new:
                self.validate(wanted)
            # From here on somebody who is ended leaves word.
            os.makedirs(UNAPPLIED, exist_ok=True)
            self.store(self.marker, "".join(p + "\n" for p in sorted(unapplied | {f["to"] for f, _ in new})).encode(), 0o600)
            for wanted, _ in new:
                os.replace(wanted["to"] + ".new", wanted["to"])
        finally:
            for wanted, _ in new:
                if os.path.exists(wanted["to"] + ".new"):
                    os.remove(wanted["to"] + ".new")

    def prepare(self, wanted, content):
        path = wanted["to"] + ".new"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if wanted.get("make"):
            self.shell("umask 077; " + wanted["make"], wanted["to"], [path])
            self.access(path, wanted)
        else:
            self.store(path, content, 0o600)
            self.access(path, wanted)

    def validate(self, wanted):
        if wanted.get("validate"):
            self.shell(wanted["validate"], wanted["to"], [wanted["to"] + ".new"])

    def unapplied(self):
        if not os.path.exists(self.marker):
            return set()
        with open(self.marker, encoding="utf-8") as file:
            return set(file.read().split("\n")) - {""}

    def apply(self, paths):
        if any(p.startswith("/etc/systemd/system/") for p in paths):
            self.shell("systemctl daemon-reload", "systemd", [])
        commands = []
        for wanted in self.files:
            command = wanted.get("apply", self.apply_all)
            if wanted["to"] in paths and command and command not in commands:
                commands.append(command)
        for command in commands:
            self.shell(command, "putting in use " + self.module.params["what"], [])
        if os.path.exists(self.marker):
            os.remove(self.marker)

    def services(self):
        names = self.module.params["services"]
        if not names:
            return
        states = [self.state(block) for block in self.show(names).strip().split("\n\n")]
        off = [n for n, s in zip(names, states) if s["UnitFileState"] == "disabled"]
        # What a condition keeps from starting here, such as a clock in a container, was asked once.
        refused = [s["ConditionResult"] == "no" and s["ConditionTimestampMonotonic"] != "0" for s in states]
        down = [n for n, s, no in zip(names, states, refused) if s["ActiveState"] not in RUNNING and not no]
        if not self.module.check_mode:
            if off:
                self.shell('systemctl enable --quiet -- "$@"', "enabling services", off)
            if down:
                self.shell('systemctl start -- "$@"', "starting services", down)
        self.changed += off + [n for n in down if n not in off]

    def show(self, names):
        properties = "--property=ActiveState,UnitFileState,ConditionResult,ConditionTimestampMonotonic"
        return self.module.run_command(["systemctl", "show", properties, "--"] + names, check_rc=True)[1]

    @staticmethod
    def state(block):
        return dict(line.split("=", 1) for line in block.split("\n"))

    def access(self, path, wanted, only_look=False):
        """Sets owner, group and permissions; returns whether they differ from what they should be."""
        now = os.stat(path)
        uid = pwd.getpwnam(wanted.get("owner", "root")).pw_uid
        gid = grp.getgrnam(wanted.get("group", "root")).gr_gid
        mode = int(wanted["mode"], 8)
        differs = (now.st_uid, now.st_gid, now.st_mode & 0o7777) != (uid, gid, mode)
        if differs and not only_look and not self.module.check_mode:
            os.chown(path, uid, gid)
            os.chmod(path, mode)
        return differs

    @staticmethod
    def store(path, content, mode):
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def shell(self, command, what, arguments):
        done = subprocess.run(
            ["/bin/bash", "-euo", "pipefail", "-c", command, "settings"] + arguments,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd="/", text=True, errors="replace", check=False)
        if done.returncode != 0:
            self.module.fail_json(msg="%s: %s" % (what, done.stdout.strip()[-2000:] or "exit code %d" % done.returncode))


def main():
    Settings(AnsibleModule(
        argument_spec={
            "what": {"type": "str", "required": True},
            "folders": {"type": "list", "elements": "dict", "default": []},
            "files": {"type": "list", "elements": "dict", "default": []},
            "contents": {"type": "list", "elements": "str", "default": [], "no_log": True},
            "apply": {"type": "str"},
            "services": {"type": "list", "elements": "str", "default": []},
        },
        supports_check_mode=True,
    )).run()


if __name__ == "__main__":
    main()
