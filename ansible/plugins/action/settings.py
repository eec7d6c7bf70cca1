"""The half of `settings` that runs here: reads and fills in the role's templates, then hands all to the server in one go.

- name: Redis
  settings:
    what: redis                          # unique on a server
    folders:
      - { path: /var/lib/thing, owner: thing, group: thing, mode: "0750" }
    files:                               # owner and group are root and mode is 0644 unless said otherwise
      - { template: redis.conf.j2, to: /etc/redis/redis.conf, owner: redis, mode: "0640" }
      - { copy: logo.svg, to: /var/www/logo.svg }             # from the role's files
      - { content: "…", to: /etc/thing, keep: true }          # only where there is none yet
      - { make: 'program > "$1"', to: /etc/thing.key }        # made on the server where there is none yet
      - { template: x.j2, to: /etc/x, validate: 'check "$1"', apply: 'systemctl reload x' }
    apply: systemctl restart redis-server   # by bash, once, where one of the files without an `apply` of its own has changed
    services: [redis-server]             # enabled and started
"""
from base64 import b64encode

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import lookup_loader

SOURCES = ("template", "copy", "content", "make")


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        super().run(tmp, task_vars)
        args = dict(self._task.args)
        files, contents = [], []
        for wanted in args.get("files", []):
            sources = [s for s in SOURCES if s in wanted]
            if len(sources) != 1:
                raise AnsibleActionFail("%s: say exactly one of %s" % (wanted.get("to"), ", ".join(SOURCES)))
            contents.append(b64encode(self.read(sources[0], wanted, task_vars)).decode())
            files.append({"mode": "0644", **{k: v for k, v in wanted.items() if k not in ("template", "copy", "content")}})
        folders = [{"mode": "0755", **({"path": f} if isinstance(f, str) else f)} for f in args.get("folders", [])]
        return self._execute_module("settings", {**args, "files": files, "contents": contents, "folders": folders}, task_vars=task_vars)

    def read(self, source, wanted, task_vars):
        if source == "content":
            return str(wanted["content"]).encode()
        if source == "make":
            return b""
        if source == "template":
            fill_in = lookup_loader.get("template", loader=self._loader, templar=self._templar)
            return fill_in.run([wanted["template"]], variables=task_vars, convert_data=False)[0].encode()
        with open(self._find_needle("files", wanted["copy"]), "rb") as file:
            return file.read()
