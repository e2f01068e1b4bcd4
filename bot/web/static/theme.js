// Before anything is drawn: the theme somebody chose, else what the system prefers; and the reader's time zone for the server.
(() => {
  const chosen = localStorage.getItem("earshot-theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) document.cookie = `earshot_zone=${zone}; path=/; max-age=31536000; samesite=lax`;
})();
