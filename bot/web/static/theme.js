// Before anything is drawn: the theme somebody chose, else what the system prefers.
(() => {
  const chosen = localStorage.getItem("earshot-theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
})();
