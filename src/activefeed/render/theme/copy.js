// Buttons that copy the address beside them; without this it can be marked and copied by hand.
for (const button of document.querySelectorAll(".copy button")) {
  const field = button.previousElementSibling, said = button.querySelector("span"), was = said.textContent;
  button.hidden = false;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    field.select();
    try { await navigator.clipboard.writeText(field.value); } catch { return; }
    said.textContent = button.dataset.copied;
    setTimeout(() => { said.textContent = was; }, 3000);
  });
}
