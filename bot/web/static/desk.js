// The console's small moves: keyboard, toasts, live news, menus. Everything else is the server's.
const body = document.body;
const visible = (element) => element && element.offsetParent !== null;

// Live: the server says that something happened; a page asks for itself again when nobody is in the middle of something.
let late = null;
let sending = 0; // what is on its way; what it says is lost if the form that sent it is replaced meanwhile
const opened = () => document.querySelector("#page details.drop[open]") !== null;
const busy = () => {
  if (sending || opened() || document.querySelector("[data-pick]:checked")) return true; // what is chosen stays chosen
  const field = document.activeElement;
  return document.getElementById("page").contains(field) && field.matches("#beside *, #head *, #card *, #drafts *") && field.matches("input, textarea, select");
};
const told = (what) => {
  late = busy() ? what : null;
  if (!late) body.dispatchEvent(new Event(what));
};
setInterval(() => late && told(late), 500);
body.addEventListener("htmx:beforeSwap", (event) => {
  const { triggeringEvent, elt } = event.detail.requestConfig;
  const what = elt === body ? "undo" : triggeringEvent?.type;
  if ((what === "news" && busy()) || (["changed", "undo"].includes(what) && opened())) {
    event.detail.shouldSwap = false; // asked for before somebody began something here
    late = what === "undo" ? "news" : what;
  }
});
const changes = (event) => event.detail.requestConfig.verb !== "get";
body.addEventListener("htmx:beforeSend", (event) => {
  if (!changes(event)) return;
  sending += 1;
  event.detail.xhr.addEventListener("loadend", () => (sending -= 1));
});
// A page that nobody sees does not say that somebody is here.
body.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.elt.matches(".here")) event.preventDefault();
});
let source = null;
const listen = () => {
  source = new EventSource(body.dataset.events);
  source.addEventListener("news", () => told("news"));
};
if (body.dataset.events) {
  listen();
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => event.persisted && listen());
}

// Who else is here: a page says when somebody begins or ends to write.
document.addEventListener("input", (event) => {
  const doing = document.getElementById("doing");
  if (!doing || event.target.id !== "reply-text") return;
  const now = event.target.value.trim() ? "writing" : "reading";
  if (doing.value !== now) {
    doing.value = now;
    body.dispatchEvent(new Event("doing"));
  }
});

// Toasts.
body.addEventListener("toast", (event) => {
  const { text, refused, undo } = event.detail;
  const toast = document.createElement("div");
  toast.className = refused ? "toast refused" : "toast";
  toast.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (undo) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: body.dataset.undo });
    button.addEventListener("click", () => {
      toast.remove();
      const target = undo.target && document.querySelector(undo.target);
      htmx.ajax(undo.method, undo.url, { source: body, target: target || body, swap: target ? "outerHTML" : "none", values: undo.values });
    });
    toast.append(button);
  }
  document.getElementById("toasts").replaceChildren(toast);
  setTimeout(() => toast.remove(), refused || undo ? 10000 : 6000);
});
// What was done on the page before.
const said = document.cookie.split("; ").find((one) => one.startsWith("earshot_said="));
if (said) {
  document.cookie = "earshot_said=; path=/; max-age=0";
  try {
    body.dispatchEvent(new CustomEvent("toast", { detail: JSON.parse(decodeURIComponent(said.slice(13))) }));
  } catch {} // not ours
}
for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  body.addEventListener(failure, (event) => {
    if (event.detail.requestConfig?.verb === "get" || event.detail.elt?.matches?.(".here")) return;
    body.dispatchEvent(new CustomEvent("toast", { detail: { text: body.dataset.unreached, refused: true } }));
  });
}
body.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (!event.detail.successful || !form.matches("form")) return;
  if (form.hasAttribute("data-clear")) form.reset();
});
body.addEventListener("htmx:beforeRequest", (event) => {
  if (changes(event)) event.detail.elt.closest("details.drop")?.removeAttribute("open");
});

// Menus and dialogs.
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.drop[open]")) if (!open.contains(event.target)) open.open = false;
  const pressed = event.target.closest("button, a");
  if (!pressed) return;
  if (pressed.dataset.opens) document.getElementById(pressed.dataset.opens).showModal();
  if (pressed.dataset.focus) {
    event.preventDefault();
    document.getElementById(pressed.dataset.focus)?.focus();
  }
  if (pressed.dataset.use) {
    const field = document.getElementById("reply-text");
    field.value = document.getElementById(pressed.dataset.use).textContent.trim();
    field.focus();
  }
  if (pressed.dataset.copy) {
    navigator.clipboard.writeText(pressed.dataset.copy);
    body.dispatchEvent(new CustomEvent("toast", { detail: { text: body.dataset.copied } }));
  }
  if ("themeSwitch" in pressed.dataset) {
    const dark = document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    const next = dark === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    localStorage.setItem("earshot-theme", next);
  }
});
document.addEventListener("change", (event) => event.target.matches("[data-submits]") && event.target.form.requestSubmit());

// Keyboard.
const rows = () => [...document.querySelectorAll("[data-rows] a")].filter(visible);
const move = (step) => {
  const all = rows();
  if (!all.length) return;
  let at = all.indexOf(document.activeElement);
  if (at < 0) at = all.findIndex((row) => row.getAttribute("aria-current") === "true");
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
  all[next].focus();
  all[next].scrollIntoView({ block: "nearest" });
};
const focus = (id) => {
  const field = document.getElementById(id);
  if (!field) return;
  field.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
};
const keys = {
  j: () => move(1),
  k: () => move(-1),
  r: () => focus("reply-text"),
  n: () => focus("note-text"),
  "/": () => focus("search"),
  x: () => {
    const box = document.activeElement.closest?.("li")?.querySelector("[data-pick]");
    box?.click();
  },
  u: () => document.querySelector("#toasts button")?.click(),
  "?": () => document.getElementById("help").showModal(),
};
const places = { b: "buffer", r: "regular", m: "mine", u: "unclaimed", f: "look_first", w: "for_us", c: "for_customer", e: "for_engineering", s: "snoozed", d: "done" };
let going = 0;
document.addEventListener("keydown", (event) => {
  const writing = event.target.matches("input, textarea, select, [contenteditable]");
  if (event.key === "Escape") {
    const open = document.querySelector("details.drop[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    } else if (writing) event.target.blur();
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("[data-send]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
    return;
  }
  if (writing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "g") {
    going = Date.now();
    return;
  }
  if (Date.now() - going < 2000) {
    going = 0;
    if (places[event.key]) location.assign(`/?view=${places[event.key]}`);
    return;
  }
  const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  } else if (visible(button)) {
    event.preventDefault();
    button.click();
    if (button.matches("summary")) button.parentElement.querySelector(".sheet button")?.focus();
  }
});
