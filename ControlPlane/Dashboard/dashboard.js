// Sections marked data-live are asked for again each second, until they are not live any more.
const look = async () => {
  const live = [...document.querySelectorAll("[data-live]")];
  if (live.length === 0) return;
  try {
    const answer = await fetch(location.href, { redirect: "manual" });
    if (answer.type === "opaqueredirect") return location.reload();
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = live.map(section => page.getElementById(section.id));
      if (next.some(section => !section?.hasAttribute("data-live"))) return location.assign(location.href);
      live.forEach((section, i) => section.replaceWith(next[i]));
    }
  } catch {
    // The control plane is away for the moment.
  }
  setTimeout(look, 1000);
};
setTimeout(look, 1000);
