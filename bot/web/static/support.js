// One press sends once, and a conversation shows its answer as soon as it is there.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button");
    button.disabled = true;
    button.textContent = form.dataset.sending;
  });
}
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
let looks = 0;
const look = () => {
  if (!document.hidden) document.body.dispatchEvent(new Event("look"));
  looks += 1;
  setTimeout(look, looks < 20 ? 1000 : looks < 60 ? 3000 : 15000);
};
setTimeout(look, 600);
